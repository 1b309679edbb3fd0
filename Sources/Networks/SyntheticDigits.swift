struct SyntheticDigits {
  func dataset(_ split: DatasetCatalog.Split) throws -> Dataset {
    try Dataset(name: "", split: "", pixels: [], labels: [], rows: 1, columns: 1, classNames: ["a"])
  }
}
