/* vector_end.h -- what the compiler was told of the CPU ends here */
#ifdef __clang__
#pragma clang attribute pop
#endif
