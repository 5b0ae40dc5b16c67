for mode in 400 444 600 640 700 755 777 1755 2755 4755 6711; do echo $mode > m/f$mode; chmod $mode m/f$mode; done
echo s > m/suid; chmod 4755 m/suid
mkdir m/d700 m/d1777 m/d2775; chmod 700 m/d700; chmod 1777 m/d1777; chmod 2775 m/d2775
