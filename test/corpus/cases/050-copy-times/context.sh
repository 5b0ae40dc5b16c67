echo o > t/old; touch -d 1999-12-31T23:59:59Z t/old
echo z > t/epoch; touch -d @0 t/epoch
mkdir t/dir; touch -d 2001-02-03T04:05:06Z t/dir
ln -s old t/link; touch -h -d 2002-02-02T02:02:02Z t/link
echo f > t/future; touch -d 2014-12-31T23:59:59Z t/future
