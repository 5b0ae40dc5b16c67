echo l > a.log; echo l > sub/b.log; echo l > sub/deep/c.log
