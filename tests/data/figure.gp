# gnuplot -p FILE shows this figure; for a file put before it:
# set terminal pdfcairo size 8.80cm,33.61cm font 'Sans,7' fontscale 0.75; set output 'figure.pdf'
set encoding utf8
set tics scale 0.5
set bars small
set minussign

# 'one'
$zspec0 << EOD
0 0 0.001
0.05 -0.01 0.002
0.1 -0.02 0.005
0.15 -0.03 0.01

0.2 -0.04 0.017

0.25 -0.05 0.026
EOD
$zphot0 << EOD
0 0 0.002
0.06 0.002 0.002
0.12 0.004 0.002
0.18 0.006 0.002
0.24 0.008 0.002
0.3 0.01 0.002
EOD
$mad0 << EOD
15 0.01 0.001
15.5 0.013 0.001
16 0.016 0.001
16.5 0.019 0.001
17 0.022 0.001
17.5 0.025 0.001
EOD
$wasserstein0 << EOD
15 0.004 0.0005
16 0.005 0.0005
17 0.006 0.0005
18 0.007 0.0005
19 0.008 0.0005
20 0.009 0.0005
EOD
$zspecline0 << EOD
0.1 -1.7347235e-18
0.3 -0.02
EOD
$zphotline0 << EOD
0 0.001
0.4 0.001
EOD
$nzphot0 << EOD
0 1.978022
0.05 2.6373626
0.1 3.0769231
0.15 3.2967033
0.2 3.2967033
0.25 3.0769231
0.3 2.6373626
0.35 0
0.4 0
EOD
$nzspec0 << EOD
0 3.0769231
0.05 3.5384615
0.1 4
0.15 4.4615385
0.2 4.9230769
0.25 0
0.3 0
0.35 0
0.4 0
EOD
$stacked0 << EOD
0 0
0.05 0.71428571
0.1 1.4285714
0.15 2.1428571
0.2 2.8571429
0.25 3.5714286
0.3 4.2857143
0.35 5
0.4 0
EOD
$pit0 << EOD
0 2
0.25 0.66666667
0.5 0.66666667
0.75 0.66666667
1 0
EOD
$density0 << EOD
0 0 0 10
0 0 100 0
0 0 0 0
1 0 0 0
EOD
$tv0 << EOD
-0.1 0.1 0.02 0.03
EOD

# 'the second'
$zspec1 << EOD
0 0.01 0.001
0.05 0 0.002
0.1 -0.01 0.005
0.15 -0.02 0.01

0.2 -0.03 0.017

0.25 -0.04 0.026
EOD
$zphot1 << EOD
0 -0.004 0.002
0.06 -0.002 0.002
0.12 0 0.002
0.18 0.002 0.002
0.24 0.004 0.002
0.3 0.006 0.002
EOD
$mad1 << EOD
15 0.01 0.001
15.5 0.013 0.001
16 0.016 0.001
16.5 0.019 0.001
17 0.022 0.001
17.5 0.025 0.001
EOD
$wasserstein1 << EOD
15 0.004 0.0005
16 0.005 0.0005
17 0.006 0.0005
18 0.007 0.0005
19 0.008 0.0005
20 0.009 0.0005
EOD
$zspecline1 << EOD
0.1 -0.005
0.3 -0.035
EOD
$nzphot1 << EOD
0 2.1645022
0.05 2.6839827
0.1 3.030303
0.15 3.2034632
0.2 3.2034632
0.25 3.030303
0.3 2.6839827
0.35 0
0.4 0
EOD
$nzspec1 << EOD
0 3.0769231
0.05 3.5384615
0.1 4
0.15 4.4615385
0.2 4.9230769
0.25 0
0.3 0
0.35 0
0.4 0
EOD
$pit1 << EOD
0 0.66666667
0.25 2
0.5 0.66666667
0.75 0.66666667
1 0
EOD
$density1 << EOD
0 0 0 10
0 0 100 0
0 0 0 0
1 0 0 0
EOD
$tv1 << EOD
-0.15 0.2 0.02 0.03
EOD

# 'third'
$zspec2 << EOD
0 0.02 0.001
0.05 0.01 0.002
0.1 0 0.005
0.15 -0.01 0.01

0.2 -0.02 0.017

0.25 -0.03 0.026
EOD
$zphot2 << EOD
0 -0.008 0.002
0.06 -0.006 0.002
0.12 -0.004 0.002
0.18 -0.002 0.002
0.24 0 0.002
0.3 0.002 0.002
EOD
$mad2 << EOD
15 0.01 0.001
15.5 0.013 0.001
16 0.016 0.001
16.5 0.019 0.001
17 0.022 0.001
17.5 0.025 0.001
EOD
$zspecline2 << EOD
0.1 -0.01
0.3 -0.05
EOD
$zphotline2 << EOD
0 0.001
0.4 0.017
EOD
$nzphot2 << EOD
0 2.2857143
0.05 2.7142857
0.1 3
0.15 3.1428571
0.2 3.1428571
0.25 3
0.3 2.7142857
0.35 0
0.4 0
EOD
$nzspec2 << EOD
0 3.0769231
0.05 3.5384615
0.1 4
0.15 4.4615385
0.2 4.9230769
0.25 0
0.3 0
0.35 0
0.4 0
EOD
$pit2 << EOD
0 0.66666667
0.25 0.66666667
0.5 2
0.75 0.66666667
1 0
EOD
$density2 << EOD
0 0 0 10
0 0 100 0
0 0 0 0
1 0 0 0
EOD
$tv2 << EOD
-0.2 0.3 0.02 0.03
EOD

set multiplot
unset border; unset tics; unset xlabel; unset ylabel
set xrange [0:1]; set yrange [0:1]

# legend
set lmargin at screen 0.0100; set rmargin at screen 0.9900
set tmargin at screen 1.0000; set bmargin at screen 0.9857
set key center center horizontal reverse Left maxcols 3 samplen 2.2 width 0.5
plot \
  NaN with linespoints lc rgb '#000000' pt 7 ps 0.50 lw 0.8 dt 1 title 'one' noenhanced, \
  NaN with linespoints lc rgb '#E69F00' pt 5 ps 0.50 lw 0.8 dt (12,4) title 'the second' noenhanced, \
  NaN with linespoints lc rgb '#56B4E9' pt 9 ps 0.50 lw 0.8 dt (6,4) title 'third' noenhanced

# legend
set lmargin at screen 0.0100; set rmargin at screen 0.9900
set tmargin at screen 0.9857; set bmargin at screen 0.9500
set key center center horizontal reverse Left maxcols 2 samplen 2.2 width 0.5
plot \
  NaN with lines lc rgb '#777777' lw 3 title 'line fitted', \
  NaN with boxes fc rgb '#BBBBBB' fs solid noborder title 'spectroscopic', \
  NaN with lines lc rgb '#444444' lw 1.2 dt (4,2) title 'mean p({/:Italic z})', \
  NaN with boxes fc rgb '#DDDDDD' fs solid noborder title 'no mode collapse', \
  NaN with lines lc rgb '#777777' lw 1 dt (2,4) title 'uniform'
unset key; set border 31 lw 1
set xtics offset 0,0.3; set ytics; set cbtics offset -0.6,0
set xlabel offset 0,0.8; set ylabel offset 0.5,0

set lmargin at screen 0.1648; set rmargin at screen 0.9659
set tmargin at screen 0.9464; set bmargin at screen 0.8393
set xlabel 'spectroscopic redshift {/:Italic z}_{spec}' enhanced
set ylabel '⟨Δ{/:Italic z} / (1 + {/:Italic z}_{spec})⟩' enhanced
set xrange [-0.0045:0.1545]
set yrange [-0.04305:0.02405]
set xtics 0.02
set ytics 0.01
plot 0 with lines lc rgb '#777777' lw 1 dt (2,4), \
  $zspec0 using ($1-0.00045):2 with lines lc rgb '#80000000' lw 1, \
  $zspec0 using ($1-0.00045):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#000000' lw 1, \
  $zspec0 using ($1-0.00045):2 with points lc rgb '#000000' pt 7 ps 0.28 lw 0.8, \
  $zspec1 using ($1+0):2 with lines lc rgb '#80E69F00' lw 1, \
  $zspec1 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#E69F00' lw 1, \
  $zspec1 using ($1+0):2 with points lc rgb '#E69F00' pt 5 ps 0.28 lw 0.8, \
  $zspec2 using ($1+0.00045):2 with lines lc rgb '#8056B4E9' lw 1, \
  $zspec2 using ($1+0.00045):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#56B4E9' lw 1, \
  $zspec2 using ($1+0.00045):2 with points lc rgb '#56B4E9' pt 9 ps 0.28 lw 0.8, \
  $zspecline0 with lines lc rgb '#000000' dt 1 lw 2.0, \
  $zspecline1 with lines lc rgb '#E69F00' dt (12,4) lw 2.0, \
  $zspecline2 with lines lc rgb '#56B4E9' dt (6,4) lw 2.0

set lmargin at screen 0.1648; set rmargin at screen 0.9659
set tmargin at screen 0.8120; set bmargin at screen 0.7049
set xlabel 'photometric redshift {/:Italic z}_{phot}' enhanced
set ylabel '⟨Δ{/:Italic z} / (1 + {/:Italic z}_{spec})⟩' enhanced
set xrange [-0.009:0.309]
set yrange [-0.0111:0.0131]
set xtics 0.05
set ytics 0.005
plot 0 with lines lc rgb '#777777' lw 1 dt (2,4), \
  $zphot0 using ($1-0.0009):2 with lines lc rgb '#80000000' lw 1, \
  $zphot0 using ($1-0.0009):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#000000' lw 1, \
  $zphot0 using ($1-0.0009):2 with points lc rgb '#000000' pt 7 ps 0.28 lw 0.8, \
  $zphot1 using ($1+0):2 with lines lc rgb '#80E69F00' lw 1, \
  $zphot1 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#E69F00' lw 1, \
  $zphot1 using ($1+0):2 with points lc rgb '#E69F00' pt 5 ps 0.28 lw 0.8, \
  $zphot2 using ($1+0.0009):2 with lines lc rgb '#8056B4E9' lw 1, \
  $zphot2 using ($1+0.0009):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#56B4E9' lw 1, \
  $zphot2 using ($1+0.0009):2 with points lc rgb '#56B4E9' pt 9 ps 0.28 lw 0.8, \
  $zphotline0 with lines lc rgb '#000000' dt 1 lw 2.0, \
  $zphotline2 with lines lc rgb '#56B4E9' dt (6,4) lw 2.0

set lmargin at screen 0.1648; set rmargin at screen 0.4053
set tmargin at screen 0.6677; set bmargin at screen 0.6112
set xlabel '{/:Italic z}' enhanced
set ylabel 'n({/:Italic z})' enhanced
set xrange [-0.007:0.357]
set xtics 0.2
set ytics 2
set yrange [0:5.16923]
set label 1 'one' at graph 0.5,graph 1 center noenhanced offset 0,0.55
plot $nzspec0 with fillsteps fc rgb '#BBBBBB' fs solid noborder, \
  $nzphot0 with steps lc rgb '#000000' lw 1, \
  $stacked0 with lines lc rgb '#444444' lw 1.2 dt (4,2)
unset label 1; set format y

set lmargin at screen 0.4451; set rmargin at screen 0.6856
set tmargin at screen 0.6677; set bmargin at screen 0.6112
set xlabel '{/:Italic z}' enhanced
set ylabel 'n({/:Italic z})' enhanced
set xrange [-0.007:0.357]
set xtics 0.2
set ytics 2
set yrange [0:5.16923]
set label 1 'the second' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
plot $nzspec1 with fillsteps fc rgb '#BBBBBB' fs solid noborder, \
  $nzphot1 with steps lc rgb '#E69F00' lw 1
unset label 1; set format y

set lmargin at screen 0.7254; set rmargin at screen 0.9659
set tmargin at screen 0.6677; set bmargin at screen 0.6112
set xlabel '{/:Italic z}' enhanced
set ylabel 'n({/:Italic z})' enhanced
set xrange [-0.007:0.357]
set xtics 0.2
set ytics 2
set yrange [0:5.16923]
set label 1 'third' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
plot $nzspec2 with fillsteps fc rgb '#BBBBBB' fs solid noborder, \
  $nzphot2 with steps lc rgb '#56B4E9' lw 1
unset label 1; set format y

set lmargin at screen 0.1648; set rmargin at screen 0.9659
set tmargin at screen 0.5838; set bmargin at screen 0.4767
set xrange [-0.231:0.011]
set xtics 0.05
set ytics 0.1
set yrange [0:0.363]
set xlabel 'slope of the residuals against {/:Italic z}_{spec}' enhanced
set ylabel 'total variation'
set object 1 rectangle from graph 0,first 0.035 to graph 1,first 0.065 fc rgb '#DDDDDD' fs solid noborder behind
set arrow 1 from 0,graph 0 to 0,graph 1 nohead back lc rgb '#777777' lw 1 dt (2,4)
plot $tv0 using 1:2:3:4 with xyerrorbars lc rgb '#000000' pt 7 ps 0.56 lw 0.8, \
  $tv1 using 1:2:3:4 with xyerrorbars lc rgb '#E69F00' pt 5 ps 0.56 lw 0.8, \
  $tv2 using 1:2:3:4 with xyerrorbars lc rgb '#56B4E9' pt 9 ps 0.56 lw 0.8
unset object 1; unset arrow 1

set lmargin at screen 0.1648; set rmargin at screen 0.9659
set tmargin at screen 0.4493; set bmargin at screen 0.3422
set xlabel 'r'.' [mag]' noenhanced
set ylabel '{/:Italic σ}_{MAD}' enhanced
set xrange [14.9:17.6]
set xtics 0.5
set ytics 0.01
set yrange [0:0.02808]
plot $mad0 using ($1+0):2 with lines lc rgb '#80000000' lw 1, \
  $mad0 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#000000' lw 1, \
  $mad0 using ($1+0):2 with points lc rgb '#000000' pt 7 ps 0.42 lw 0.8, \
  $mad1 using ($1+0):2 with lines lc rgb '#80E69F00' lw 1, \
  $mad1 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#E69F00' lw 1, \
  $mad1 using ($1+0):2 with points lc rgb '#E69F00' pt 5 ps 0.42 lw 0.8, \
  $mad2 using ($1+0):2 with lines lc rgb '#8056B4E9' lw 1, \
  $mad2 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#56B4E9' lw 1, \
  $mad2 using ($1+0):2 with points lc rgb '#56B4E9' pt 9 ps 0.42 lw 0.8

set lmargin at screen 0.1648; set rmargin at screen 0.9659
set tmargin at screen 0.3149; set bmargin at screen 0.2078
set xlabel 'r'.' [mag]' noenhanced
set ylabel 'Wasserstein distance' enhanced
set xrange [14.8:20.2]
set xtics 1
set ytics 0.002
set yrange [0:0.01026]
plot $wasserstein0 using ($1+0):2 with lines lc rgb '#80000000' lw 1, \
  $wasserstein0 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#000000' lw 1, \
  $wasserstein0 using ($1+0):2 with points lc rgb '#000000' pt 7 ps 0.42 lw 0.8, \
  $wasserstein1 using ($1+0):2 with lines lc rgb '#80E69F00' lw 1, \
  $wasserstein1 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#E69F00' lw 1, \
  $wasserstein1 using ($1+0):2 with points lc rgb '#E69F00' pt 5 ps 0.42 lw 0.8

set lmargin at screen 0.1648; set rmargin at screen 0.3674
set tmargin at screen 0.1706; set bmargin at screen 0.1175
set xlabel '{/:Italic z}_{spec}' enhanced
set ylabel '{/:Italic z}_{phot}' enhanced
set xrange [0:0.4]
set yrange [0:0.4]
set xtics 0.2
set ytics 0.1
set label 1 'one' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set palette defined (0 '#D6E8F5', 0.4 '#56B4E9', 0.7 '#0072B2', 1 '#081336')
set logscale cb; set cbrange [1:100]; set format cb '%g'
unset colorbox
set xtics out nomirror; set ytics out nomirror
plot $density0 matrix using (0.05+$1*0.1):(0.05+$2*0.1):($3>0?$3:NaN) with image pixels, x with lines lc rgb '#D55E00' lw 1 dt (6,3)
unset label 1; set format y; set xtics in mirror; set ytics in mirror
unset logscale cb; set cblabel ''

set lmargin at screen 0.4186; set rmargin at screen 0.6212
set tmargin at screen 0.1706; set bmargin at screen 0.1175
set xlabel '{/:Italic z}_{spec}' enhanced
set ylabel '{/:Italic z}_{phot}' enhanced
set xrange [0:0.4]
set yrange [0:0.4]
set xtics 0.2
set ytics 0.1
set label 1 'the second' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
set palette defined (0 '#D6E8F5', 0.4 '#56B4E9', 0.7 '#0072B2', 1 '#081336')
set logscale cb; set cbrange [1:100]; set format cb '%g'
unset colorbox
set xtics out nomirror; set ytics out nomirror
plot $density1 matrix using (0.05+$1*0.1):(0.05+$2*0.1):($3>0?$3:NaN) with image pixels, x with lines lc rgb '#D55E00' lw 1 dt (6,3)
unset label 1; set format y; set xtics in mirror; set ytics in mirror
unset logscale cb; set cblabel ''

set lmargin at screen 0.6723; set rmargin at screen 0.8750
set tmargin at screen 0.1706; set bmargin at screen 0.1175
set xlabel '{/:Italic z}_{spec}' enhanced
set ylabel '{/:Italic z}_{phot}' enhanced
set xrange [0:0.4]
set yrange [0:0.4]
set xtics 0.2
set ytics 0.1
set label 1 'third' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
set palette defined (0 '#D6E8F5', 0.4 '#56B4E9', 0.7 '#0072B2', 1 '#081336')
set logscale cb; set cbrange [1:100]; set format cb '%g'
set colorbox user origin graph 1.0673,0 size graph 0.0841,1
set cblabel 'galaxies' offset -0.5,0
set xtics out nomirror; set ytics out nomirror
plot $density2 matrix using (0.05+$1*0.1):(0.05+$2*0.1):($3>0?$3:NaN) with image pixels, x with lines lc rgb '#D55E00' lw 1 dt (6,3)
unset label 1; set format y; set xtics in mirror; set ytics in mirror
unset logscale cb; set cblabel ''

set lmargin at screen 0.1648; set rmargin at screen 0.4053
set tmargin at screen 0.0803; set bmargin at screen 0.0238
set xlabel 'PIT'
set ylabel 'density'
set xrange [0:1]
set xtics 0.25,0.5,0.75
set ytics 0.5
set yrange [0:2.16]
set label 1 'one' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set object 1 rectangle from 0,0.9 to 1,1.1 fc rgb '#DDDDDD' fs solid noborder behind
plot 1 with lines lc rgb '#777777' lw 1 dt (2,4), $pit0 with steps lc rgb '#000000' lw 1.2
unset object 1; unset label 1; set format y

set lmargin at screen 0.4451; set rmargin at screen 0.6856
set tmargin at screen 0.0803; set bmargin at screen 0.0238
set xlabel 'PIT'
set ylabel 'density'
set xrange [0:1]
set xtics 0.25,0.5,0.75
set ytics 0.5
set yrange [0:2.16]
set label 1 'the second' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
set object 1 rectangle from 0,0.9 to 1,1.1 fc rgb '#DDDDDD' fs solid noborder behind
plot 1 with lines lc rgb '#777777' lw 1 dt (2,4), $pit1 with steps lc rgb '#E69F00' lw 1.2
unset object 1; unset label 1; set format y

set lmargin at screen 0.7254; set rmargin at screen 0.9659
set tmargin at screen 0.0803; set bmargin at screen 0.0238
set xlabel 'PIT'
set ylabel 'density'
set xrange [0:1]
set xtics 0.25,0.5,0.75
set ytics 0.5
set yrange [0:2.16]
set label 1 'third' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
set object 1 rectangle from 0,0.9 to 1,1.1 fc rgb '#DDDDDD' fs solid noborder behind
plot 1 with lines lc rgb '#777777' lw 1 dt (2,4), $pit2 with steps lc rgb '#56B4E9' lw 1.2
unset object 1; unset label 1; set format y

unset multiplot
