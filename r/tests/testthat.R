library(testthat)
library(niem)

test_check("niem")
