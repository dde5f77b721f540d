# networks.mk -- the complexity of the network, from a single convolution on

networks.mock   := S1 S2 S3 demo
networks.survey := S1 S2 S3 T P
networks.what   := network
networks.with    = $(if $(filter demo P,$1),$(from-step1),$(all-steps) NET=$1)

$(eval $(call experiment,networks))
