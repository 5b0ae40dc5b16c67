#!/bin/sh
echo "Hello from commit $(cat /hello/revision), nonce $(cat /hello/nonce)"
