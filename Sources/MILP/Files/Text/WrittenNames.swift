/// Names as a file has them, as bytes in one array.
struct WrittenNames {
  private var bytes: [UInt8] = []
  private var starts = [0]

  init(_ names: [String]) {
    for name in names {
      bytes.append(contentsOf: name.utf8)
      starts.append(bytes.count)
    }
  }

  subscript(number: Int) -> ArraySlice<UInt8> { bytes[starts[number]..<starts[number + 1]] }
}
