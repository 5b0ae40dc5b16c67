mkfifo s/fifo
