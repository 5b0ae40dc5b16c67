printf 'FROM %s\r\nRUN echo a \\\r\n  b > /out\r\nENV X=1\r\nCOPY f /f\r\n' "$(sed -n 's/^FROM //p' Dockerfile)" > Dockerfile.new
mv Dockerfile.new Dockerfile
