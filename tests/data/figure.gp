# gnuplot -p FILE shows this figure; for a file put before it:
# set terminal pdfcairo size 18.00cm,23.77cm font 'Sans,7' fontscale 0.75; set output 'figure.pdf'
set encoding utf8
set tics scale 0.5
set bars small
set clip two
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
-0.1 0.1 0.02 0.03 0.04
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
-0.15 0.2 0.02 0.03 0.05
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
-0.2 0.3 0.02 0.03 0.06
EOD

set multiplot
unset border; unset tics; unset xlabel; unset ylabel
set xrange [0:1]; set yrange [0:1]

# legend
set lmargin at screen 0.0100; set rmargin at screen 0.9900
set tmargin at screen 1.0000; set bmargin at screen 0.9798
set key center center horizontal reverse Left maxcols 3 samplen 2.2 width 0.5
plot \
  NaN with linespoints lc rgb '#000000' pt 7 ps 0.50 lw 0.8 dt 1 title 'one' noenhanced, \
  NaN with linespoints lc rgb '#E69F00' pt 5 ps 0.50 lw 0.8 dt (12,4) title 'the second' noenhanced, \
  NaN with linespoints lc rgb '#56B4E9' pt 9 ps 0.50 lw 0.8 dt (6,4) title 'third' noenhanced

# legend
set lmargin at screen 0.0100; set rmargin at screen 0.9900
set tmargin at screen 0.9798; set bmargin at screen 0.9445
set key center center horizontal reverse Left maxcols 3 samplen 2.2 width 0.5
plot \
  NaN with lines lc rgb '#777777' lw 3 title 'line fitted', \
  NaN with boxes fc rgb '#BBBBBB' fs solid noborder title 'spectroscopic', \
  NaN with lines lc rgb '#444444' lw 1.2 dt (4,2) title 'mean p({/:Italic z})', \
  NaN with lines lc rgb '#777777' lw 5 dt (2,50) title 'no mode collapse', \
  NaN with boxes fc rgb '#DDDDDD' fs solid noborder title 'uniform, with error', \
  NaN with points pt 9 ps 0.4 lc rgb '#777777' title 'outside of the axes'
unset key; set border 31 lw 1
set xtics offset 0,0.3; set ytics; set cbtics offset -0.6,0
set xlabel offset 0,0.8; set ylabel offset 0.5,0

set lmargin at screen 0.0806; set rmargin at screen 0.4833
set tmargin at screen 0.9255; set bmargin at screen 0.7488
set label 1 '(a)' at graph 0,graph 1 left offset 0,0.55
set xlabel 'spectroscopic redshift {/:Italic z}_{spec}' enhanced
set ylabel '⟨Δ{/:Italic z} / (1 + {/:Italic z}_{spec})⟩' enhanced
set xrange [-0.0075:0.2575]
set yrange [-0.04305:0.02405]
set xtics 0.05
set ytics 0.01
$zspec0outside << EOD
0.25 -0.039695 0 -0.003355
EOD
plot 0 with lines lc rgb '#777777' lw 1 dt (2,4) notitle, \
  $zspec0 using ($1-0.000795):2 with lines lc rgb '#80000000' lw 1 title 'one' noenhanced, \
  $zspec0 using ($1-0.000795):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#000000' lw 1 title 'one' noenhanced, \
  $zspec0 using ($1-0.000795):2 with points lc rgb '#000000' pt 7 ps 0.28 lw 0.8 title 'one' noenhanced, \
  $zspec0outside using ($1-0.000795):2:3:4 with vectors head filled size screen 0.0067,22 lc rgb '#000000' lw 1 title 'one' noenhanced, \
  $zspec1 using ($1+0):2 with lines lc rgb '#80E69F00' lw 1 title 'the second' noenhanced, \
  $zspec1 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#E69F00' lw 1 title 'the second' noenhanced, \
  $zspec1 using ($1+0):2 with points lc rgb '#E69F00' pt 5 ps 0.28 lw 0.8 title 'the second' noenhanced, \
  $zspec2 using ($1+0.000795):2 with lines lc rgb '#8056B4E9' lw 1 title 'third' noenhanced, \
  $zspec2 using ($1+0.000795):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#56B4E9' lw 1 title 'third' noenhanced, \
  $zspec2 using ($1+0.000795):2 with points lc rgb '#56B4E9' pt 9 ps 0.28 lw 0.8 title 'third' noenhanced, \
  $zspecline0 with lines lc rgb '#000000' dt 1 lw 2.0 title 'one' noenhanced, \
  $zspecline1 with lines lc rgb '#E69F00' dt (12,4) lw 2.0 title 'the second' noenhanced, \
  $zspecline2 with lines lc rgb '#56B4E9' dt (6,4) lw 2.0 title 'third' noenhanced
unset label; unset arrow

set lmargin at screen 0.5806; set rmargin at screen 0.9833
set tmargin at screen 0.9255; set bmargin at screen 0.7488
set label 1 '(b)' at graph 0,graph 1 left offset 0,0.55
set xlabel 'photometric redshift {/:Italic z}_{phot}' enhanced
set ylabel '⟨Δ{/:Italic z} / (1 + {/:Italic z}_{spec})⟩' enhanced
set xrange [-0.009:0.309]
set yrange [-0.0111:0.0131]
set xtics 0.05
set ytics 0.005
plot 0 with lines lc rgb '#777777' lw 1 dt (2,4) notitle, \
  $zphot0 using ($1-0.000954):2 with lines lc rgb '#80000000' lw 1 title 'one' noenhanced, \
  $zphot0 using ($1-0.000954):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#000000' lw 1 title 'one' noenhanced, \
  $zphot0 using ($1-0.000954):2 with points lc rgb '#000000' pt 7 ps 0.28 lw 0.8 title 'one' noenhanced, \
  $zphot1 using ($1+0):2 with lines lc rgb '#80E69F00' lw 1 title 'the second' noenhanced, \
  $zphot1 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#E69F00' lw 1 title 'the second' noenhanced, \
  $zphot1 using ($1+0):2 with points lc rgb '#E69F00' pt 5 ps 0.28 lw 0.8 title 'the second' noenhanced, \
  $zphot2 using ($1+0.000954):2 with lines lc rgb '#8056B4E9' lw 1 title 'third' noenhanced, \
  $zphot2 using ($1+0.000954):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#56B4E9' lw 1 title 'third' noenhanced, \
  $zphot2 using ($1+0.000954):2 with points lc rgb '#56B4E9' pt 9 ps 0.28 lw 0.8 title 'third' noenhanced, \
  $zphotline0 with lines lc rgb '#000000' dt 1 lw 2.0 title 'one' noenhanced, \
  $zphotline2 with lines lc rgb '#56B4E9' dt (6,4) lw 2.0 title 'third' noenhanced
unset label; unset arrow

set lmargin at screen 0.0806; set rmargin at screen 0.3167
set tmargin at screen 0.6963; set bmargin at screen 0.5196
set label 1 '(c)' at graph 0,graph 1 left offset 0,0.55
set xrange [-0.231:0.011]
set xtics 0.1
set ytics 0.1
set yrange [0:0.363]
set xlabel 'slope of the residuals against {/:Italic z}_{spec}' enhanced
set ylabel 'total variation'
set arrow 1 from 0,graph 0 to 0,graph 1 nohead back lc rgb '#777777' lw 1 dt (2,4)
plot $tv0 using 1:5:(0):($2-$5) with vectors nohead lc rgb '#000000' lw 0.8 dt (1,3) title 'one' noenhanced, \
  $tv0 using ($1-0.002904):5:(0.005808):(0) with vectors nohead lc rgb '#000000' lw 2.5 title 'one' noenhanced, \
  $tv0 using 1:2:3:4 with xyerrorbars lc rgb '#000000' pt 7 ps 0.56 lw 0.8 title 'one' noenhanced, \
  $tv1 using 1:5:(0):($2-$5) with vectors nohead lc rgb '#E69F00' lw 0.8 dt (1,3) title 'the second' noenhanced, \
  $tv1 using ($1-0.002904):5:(0.005808):(0) with vectors nohead lc rgb '#E69F00' lw 2.5 title 'the second' noenhanced, \
  $tv1 using 1:2:3:4 with xyerrorbars lc rgb '#E69F00' pt 5 ps 0.56 lw 0.8 title 'the second' noenhanced, \
  $tv2 using 1:5:(0):($2-$5) with vectors nohead lc rgb '#56B4E9' lw 0.8 dt (1,3) title 'third' noenhanced, \
  $tv2 using ($1-0.002904):5:(0.005808):(0) with vectors nohead lc rgb '#56B4E9' lw 2.5 title 'third' noenhanced, \
  $tv2 using 1:2:3:4 with xyerrorbars lc rgb '#56B4E9' pt 9 ps 0.56 lw 0.8 title 'third' noenhanced
unset arrow 1; unset label 1

set lmargin at screen 0.4139; set rmargin at screen 0.6500
set tmargin at screen 0.6963; set bmargin at screen 0.5196
set label 1 '(d)' at graph 0,graph 1 left offset 0,0.55
set xlabel 'r'.' [mag]' noenhanced
set ylabel '{/:Italic σ}_{MAD}' enhanced
set xrange [14.9:17.6]
set yrange [0:0.02808]
set xtics 1
set ytics 0.01
plot 0 with lines lc rgb '#777777' lw 1 dt (2,4) notitle, \
  $mad0 using ($1-0):2 with lines lc rgb '#80000000' lw 1 title 'one' noenhanced, \
  $mad0 using ($1-0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#000000' lw 1 title 'one' noenhanced, \
  $mad0 using ($1-0):2 with points lc rgb '#000000' pt 7 ps 0.42 lw 0.8 title 'one' noenhanced, \
  $mad1 using ($1+0):2 with lines lc rgb '#80E69F00' lw 1 title 'the second' noenhanced, \
  $mad1 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#E69F00' lw 1 title 'the second' noenhanced, \
  $mad1 using ($1+0):2 with points lc rgb '#E69F00' pt 5 ps 0.42 lw 0.8 title 'the second' noenhanced, \
  $mad2 using ($1+0):2 with lines lc rgb '#8056B4E9' lw 1 title 'third' noenhanced, \
  $mad2 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#56B4E9' lw 1 title 'third' noenhanced, \
  $mad2 using ($1+0):2 with points lc rgb '#56B4E9' pt 9 ps 0.42 lw 0.8 title 'third' noenhanced
unset label; unset arrow

set lmargin at screen 0.7472; set rmargin at screen 0.9833
set tmargin at screen 0.6963; set bmargin at screen 0.5196
set label 1 '(e)' at graph 0,graph 1 left offset 0,0.55
set xlabel 'r'.' [mag]' noenhanced
set ylabel 'Wasserstein distance' enhanced
set xrange [14.8:20.2]
set yrange [0:0.01026]
set xtics 2
set ytics 0.005
plot 0 with lines lc rgb '#777777' lw 1 dt (2,4) notitle, \
  $wasserstein0 using ($1-0):2 with lines lc rgb '#80000000' lw 1 title 'one' noenhanced, \
  $wasserstein0 using ($1-0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#000000' lw 1 title 'one' noenhanced, \
  $wasserstein0 using ($1-0):2 with points lc rgb '#000000' pt 7 ps 0.42 lw 0.8 title 'one' noenhanced, \
  $wasserstein1 using ($1+0):2 with lines lc rgb '#80E69F00' lw 1 title 'the second' noenhanced, \
  $wasserstein1 using ($1+0):($2-$3):(0):(2*$3) with vectors nohead lc rgb '#E69F00' lw 1 title 'the second' noenhanced, \
  $wasserstein1 using ($1+0):2 with points lc rgb '#E69F00' pt 5 ps 0.42 lw 0.8 title 'the second' noenhanced
unset label; unset arrow

set lmargin at screen 0.0806; set rmargin at screen 0.3685
set tmargin at screen 0.4670; set bmargin at screen 0.3786
set xlabel '{/:Italic z}' enhanced
set ylabel 'n({/:Italic z})' enhanced
set xrange [-0.007:0.357]
set xtics 0.1
set ytics 2
set yrange [0:5.16923]
set label 1 '(f) one' at graph 0.5,graph 1 center noenhanced offset 0,0.55
plot $nzspec0 with fillsteps fc rgb '#BBBBBB' fs solid noborder, \
  $nzphot0 with steps lc rgb '#000000' lw 1 title 'one' noenhanced, \
  $stacked0 with lines lc rgb '#444444' lw 1.2 dt (4,2) title 'one' noenhanced
unset label 1; set format y

set lmargin at screen 0.3880; set rmargin at screen 0.6759
set tmargin at screen 0.4670; set bmargin at screen 0.3786
set xlabel '{/:Italic z}' enhanced
set ylabel 'n({/:Italic z})' enhanced
set xrange [-0.007:0.357]
set xtics 0.1
set ytics 2
set yrange [0:5.16923]
set label 1 '(g) the second' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
plot $nzspec1 with fillsteps fc rgb '#BBBBBB' fs solid noborder, \
  $nzphot1 with steps lc rgb '#E69F00' lw 1 title 'the second' noenhanced
unset label 1; set format y

set lmargin at screen 0.6954; set rmargin at screen 0.9833
set tmargin at screen 0.4670; set bmargin at screen 0.3786
set xlabel '{/:Italic z}' enhanced
set ylabel 'n({/:Italic z})' enhanced
set xrange [-0.007:0.357]
set xtics 0.1
set ytics 2
set yrange [0:5.16923]
set label 1 '(h) third' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
plot $nzspec2 with fillsteps fc rgb '#BBBBBB' fs solid noborder, \
  $nzphot2 with steps lc rgb '#56B4E9' lw 1 title 'third' noenhanced
unset label 1; set format y

set lmargin at screen 0.0806; set rmargin at screen 0.3685
set tmargin at screen 0.3260; set bmargin at screen 0.2377
set xlabel 'PIT'
set ylabel 'density'
set xrange [0:1]
set xtics 0.25,0.5,0.75
set ytics 0.5
set yrange [0:2.16]
set label 1 '(i) one' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set object 1 rectangle from 0,0.9 to 1,1.1 fc rgb '#DDDDDD' fs solid noborder behind
plot 1 with lines lc rgb '#777777' lw 1 dt (2,4), $pit0 with steps lc rgb '#000000' lw 1.2 title 'one' noenhanced
unset object 1; unset label 1; set format y

set lmargin at screen 0.3880; set rmargin at screen 0.6759
set tmargin at screen 0.3260; set bmargin at screen 0.2377
set xlabel 'PIT'
set ylabel 'density'
set xrange [0:1]
set xtics 0.25,0.5,0.75
set ytics 0.5
set yrange [0:2.16]
set label 1 '(j) the second' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
set object 1 rectangle from 0,0.9 to 1,1.1 fc rgb '#DDDDDD' fs solid noborder behind
plot 1 with lines lc rgb '#777777' lw 1 dt (2,4), $pit1 with steps lc rgb '#E69F00' lw 1.2 title 'the second' noenhanced
unset object 1; unset label 1; set format y

set lmargin at screen 0.6954; set rmargin at screen 0.9833
set tmargin at screen 0.3260; set bmargin at screen 0.2377
set xlabel 'PIT'
set ylabel 'density'
set xrange [0:1]
set xtics 0.25,0.5,0.75
set ytics 0.5
set yrange [0:2.16]
set label 1 '(k) third' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
set object 1 rectangle from 0,0.9 to 1,1.1 fc rgb '#DDDDDD' fs solid noborder behind
plot 1 with lines lc rgb '#777777' lw 1 dt (2,4), $pit2 with steps lc rgb '#56B4E9' lw 1.2 title 'third' noenhanced
unset object 1; unset label 1; set format y

set lmargin at screen 0.0806; set rmargin at screen 0.2806
set tmargin at screen 0.1851; set bmargin at screen 0.0337
set xlabel '{/:Italic z}_{spec}' enhanced
set ylabel '{/:Italic z}_{phot}' enhanced
set xrange [0:0.4]
set yrange [0:0.4]
set xtics 0.1
set ytics 0.1
set label 1 '(l) one' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set palette defined (0 '#D6E8F5', 0.4 '#56B4E9', 0.7 '#0072B2', 1 '#081336')
set logscale cb; set cbrange [1:100]; set format cb '%g'
unset colorbox
set xtics out nomirror; set ytics out nomirror
plot $density0 matrix using (0.05+$1*0.1):(0.05+$2*0.1):($3>0?$3:NaN) with image pixels, x with lines lc rgb '#D55E00' lw 1 dt (6,3)
unset label 1; set format y; set xtics in mirror; set ytics in mirror
unset logscale cb; set cblabel ''

set lmargin at screen 0.3056; set rmargin at screen 0.5056
set tmargin at screen 0.1851; set bmargin at screen 0.0337
set xlabel '{/:Italic z}_{spec}' enhanced
set ylabel '{/:Italic z}_{phot}' enhanced
set xrange [0:0.4]
set yrange [0:0.4]
set xtics 0.1
set ytics 0.1
set label 1 '(m) the second' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
set palette defined (0 '#D6E8F5', 0.4 '#56B4E9', 0.7 '#0072B2', 1 '#081336')
set logscale cb; set cbrange [1:100]; set format cb '%g'
unset colorbox
set xtics out nomirror; set ytics out nomirror
plot $density1 matrix using (0.05+$1*0.1):(0.05+$2*0.1):($3>0?$3:NaN) with image pixels, x with lines lc rgb '#D55E00' lw 1 dt (6,3)
unset label 1; set format y; set xtics in mirror; set ytics in mirror
unset logscale cb; set cblabel ''

set lmargin at screen 0.5306; set rmargin at screen 0.7306
set tmargin at screen 0.1851; set bmargin at screen 0.0337
set xlabel '{/:Italic z}_{spec}' enhanced
set ylabel '{/:Italic z}_{phot}' enhanced
set xrange [0:0.4]
set yrange [0:0.4]
set xtics 0.1
set ytics 0.1
set label 1 '(n) third' at graph 0.5,graph 1 center noenhanced offset 0,0.55
set ylabel ''; set format y ''
set palette defined (0 '#D6E8F5', 0.4 '#56B4E9', 0.7 '#0072B2', 1 '#081336')
set logscale cb; set cbrange [1:100]; set format cb '%g'
set colorbox user origin graph 1.0333,0 size graph 0.0417,1
set cblabel 'galaxies' offset -0.5,0
set xtics out nomirror; set ytics out nomirror
plot $density2 matrix using (0.05+$1*0.1):(0.05+$2*0.1):($3>0?$3:NaN) with image pixels, x with lines lc rgb '#D55E00' lw 1 dt (6,3)
unset label 1; set format y; set xtics in mirror; set ytics in mirror
unset logscale cb; set cblabel ''

unset multiplot
