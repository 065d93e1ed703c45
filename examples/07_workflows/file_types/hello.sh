#!/bin/sh
# Words to count.
echo "to be or not to be" >words.txt
