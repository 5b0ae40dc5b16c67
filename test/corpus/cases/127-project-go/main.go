package main

import "os"

var version = "unset"

func main() { os.Stdout.WriteString(version + "\n") }
