long=$(printf 'abcdefghij%.0s' 1 2 3 4 5 6 7 8 9 10 11 12)
echo l > n/$long.txt
mkdir -p n/$long/$long/$long; echo d > n/$long/$long/$long/file
ln -s $long/$long/$long/file n/longlink
ln -s $(printf 'target-%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20) n/to-long
