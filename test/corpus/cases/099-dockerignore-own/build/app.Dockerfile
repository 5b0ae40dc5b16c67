FROM registry.test/base/busybox
COPY . /all/
