# The two flat tables of composite-index makers: files, texts, data frames, and errors.

indicators_text <- "iCode,iName,Level,Parent,Direction,Weight,Unit,Target,Denominator,Type,Worst,Best
Roads,Roads,1,Means,1,1,km,,Area,Indicator,0,100
Debt,\"Debt, public\",1,Means,-1,0.5,%,20,NA,Indicator,200,0
Books,Books,1,Minds,1,,number,NA,,Indicator,0,10
Means,,2,Whole,1,2,,,,Aggregate,,
Minds,Minds and manners,2,Whole,1,1,,,,Aggregate,,
Whole,The whole,3,NA,,,,,,Aggregate,,
size,Size,,,,,,,,Group,,
Area,Land area,,,NA,,km2,,,Denominator,,
"
data_text <- "uName,uCode,Time,size,Area,Roads,Debt,Books
Aland,A,2020,S,10,50,100,5
Bland,B,2020,L,20,NaN,50.25,
Aland,A,2022,S,10,60,90,6
"

as_file <- function(text) {
  path <- tempfile(fileext = ".csv")
  writeLines(text, path, sep = "")
  path
}

as_frame <- function(text) {
  utils::read.csv(text = text, check.names = FALSE, stringsAsFactors = FALSE)
}

test_that("an index is built in ten lines", {
  fw <- niem_framework_from_tables(as_file(indicators_text), as_file(data_text))
  answers <- niem_answers_from_table(as_file(data_text), fw)
  scores <- niem_score(fw, answers)
  expect_equal(niem_value(scores, "A", "2020", node = "Whole"), 50)
  level <- niem_scores_table(scores, level = "level2", round = "2020")
  expect_equal(unique(level$node), c("level2=Means", "level2=Minds"))
  expect_equal(niem_framework_table(fw, "peers")$peers, c("size:S", "size:L"))
  expect_equal(sum(as.data.frame(answers)$state == "missing"), 2)
})

test_that("files, texts and data frames give the same", {
  indicators <- list(as_file(indicators_text), I(indicators_text), charToRaw(indicators_text), as_frame(indicators_text))
  tables <- list(as_file(data_text), I(data_text), charToRaw(data_text), as_frame(data_text))
  tables[[5]] <- transform(as_frame(data_text), size = factor(size), uCode = factor(uCode), Time = as.integer(Time))
  fw <- niem_framework_from_tables(indicators[[1]], tables[[1]])
  answers <- niem_answers_from_table(tables[[1]], fw)
  for (table in indicators) {
    expect_equal(niem_digest(niem_framework_from_tables(table, tables[[1]])), niem_digest(fw))
  }
  for (table in tables) {
    expect_equal(niem_digest(niem_framework_from_tables(indicators[[4]], table)), niem_digest(fw))
    expect_equal(niem_digest(niem_answers_from_table(table, fw)), niem_digest(answers))
  }
  expect_equal(nrow(niem_framework_table(niem_framework_from_tables(indicators[[4]]), "units")), 0)
})

test_that("numbers keep every bit", {
  set.seed(1)
  numbers <- c(0.1, 1e22, 2^60, 5e-324, 123456789.125, stats::rnorm(500) * 10^stats::runif(500, -90, 90))
  data <- data.frame(unit = paste0("u", seq_along(numbers)), X = numbers)
  fw <- niem_framework_from_tables(data.frame(id = c("X", "T"), parent = c("T", NA)), data)
  rows <- data.frame(unit = data$unit, indicator = "X", answer = numbers) # handed over as doubles
  expect_identical(niem_digest(niem_answers_from_table(data, fw)), niem_digest(niem_read_answers(rows, fw)))
})

test_that("options do what they say", {
  semicolons <- gsub(",", ";", gsub("Debt, public", "Debt", indicators_text, fixed = TRUE), fixed = TRUE)
  fw <- niem_framework_from_tables(
    I(sub("0.5", "0,5", semicolons, fixed = TRUE)), I(gsub(",", ";", data_text, fixed = TRUE)),
    id = "mine", version = "2", title = "Mine", separator = ";"
  )
  expect_equal(niem:::framework_info(fw)[c("id", "version", "title")], list(id = "mine", version = "2", title = "Mine"))
  spare <- sub("uName", "spare", data_text, fixed = TRUE)
  expect_error(niem_framework_from_tables(I(indicators_text), I(spare)), "spare", class = "niem_error_reference")
  expect_error(niem_answers_from_table(I(spare), fw), "spare", class = "niem_error_reference")
  expect_equal(length(niem_answers_from_table(I(spare), fw, ignore = "spare")), 12)
  timeless <- data.frame(uCode = "A", Roads = 1, Debt = 2, Books = 3, size = "S", Area = 4)
  fw <- niem_framework_from_tables(as_frame(indicators_text), timeless, round = 2020)
  expect_equal(niem_framework_table(fw, "rounds")$round, "2020")
  expect_equal(as.data.frame(niem_answers_from_table(timeless, fw))$round, rep("2020", 4))
})

test_that("all problems are told, with their places", {
  wrong <- as_frame(indicators_text)
  wrong$Direction[2] <- 2
  wrong$Parent[3] <- "Mindz"
  data <- as_frame(data_text)
  data$uCode[2] <- NA
  error <- tryCatch(niem_framework_from_tables(wrong, data), niem_error = identity)
  expect_match(conditionMessage(error), "row 2, column \"Direction\": indicators: 2 is no direction", fixed = TRUE)
  expect_true(all(c("Direction", "Parent", "uCode") %in% error$problems$where))
  fw <- niem_framework_from_tables(as_frame(indicators_text), as_frame(data_text))
  expect_error(
    niem_answers_from_table(transform(as_frame(data_text), Roads = c(TRUE, NA, FALSE)), fw),
    "row 1, column \"Roads\": \"TRUE\" is no number"
  )
  expect_warning(
    niem_framework_from_tables(transform(as_frame(indicators_text), Wieght = 1)), "Wieght", class = "niem_warning"
  )
})

test_that("what is no table is refused", {
  fw <- niem_framework_from_tables(I(indicators_text), I(data_text))
  none <- file.path(tempdir(), "none.csv")
  expect_error(niem_framework_from_tables(none), "none.csv", class = "niem_error_io")
  expect_error(niem_framework_from_tables(as_frame(indicators_text), none), "none.csv", class = "niem_error_io")
  expect_error(niem_framework_from_tables(none, as_frame(data_text)), "none.csv", class = "niem_error_io")
  expect_error(niem_answers_from_table(none, fw), "none.csv", class = "niem_error_io")
  expect_error(niem_framework_from_tables(7), class = "niem_error_argument")
  expect_error(niem_answers_from_table(NULL, fw), class = "niem_error_argument")
  expect_error(niem_answers_from_table(as_frame(data_text), fw, separator = ";"), class = "niem_error_argument")
  nested <- as_frame(data_text)
  nested$Roads <- list(1, 2, 3)
  expect_error(niem_answers_from_table(nested, fw), "Roads", class = "niem_error_argument")
  expect_error(niem_answers_from_table(as_frame(data_text)[0, ], fw), "no row", class = "niem_error_format")
})

test_that("the example of COINr is read", {
  folder <- file.path(Sys.getenv("NIEM_REFERENCE_DATA", "nowhere"), "refs", "asem")
  skip_if_not(dir.exists(folder), "NIEM_REFERENCE_DATA does not lead to refs/asem")
  for (name in c("asem_iData.csv", "asem_iData_panel.csv")) {
    paths <- file.path(folder, c("asem_iMeta.csv", name))
    fw <- niem_framework_from_tables(paths[1], paths[2])
    rounds <- if (name == "asem_iData.csv") 1 else 5
    indicators <- niem_framework_table(fw, "indicators")
    expect_equal(c(sum(indicators$scored), nrow(indicators)), c(49, 53))
    expect_equal(nrow(niem_framework_table(fw, "nodes")), 60)
    expect_equal(nrow(niem_framework_table(fw, "rounds")), rounds)
    expect_equal(length(unique(niem_framework_table(fw, "peers")$set)), 4)
    answers <- niem_answers_from_table(paths[2], fw)
    expect_equal(length(answers), rounds * 51 * 53)
    frames <- lapply(paths, utils::read.csv, check.names = FALSE, colClasses = "character")
    expect_equal(niem_digest(niem_framework_from_tables(frames[[1]], frames[[2]])), niem_digest(fw))
    expect_equal(niem_digest(niem_answers_from_table(frames[[2]], fw)), niem_digest(answers))
  }
})
