/// Lines of a certificate in the making; see `vnnlua help certificates`.
struct CertificateText {
  /// What is there by now.
  private(set) var bytes: [UInt8] = []

  /// Nothing.
  init() {}

  /// One line of words.
  init(_ words: String...) { line(words.joined(separator: " ")) }

  /// Adds a whole line.
  mutating func line(_ text: String) {
    add(text)
    end()
  }

  /// Adds words without ending the line.
  mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// Adds other lines.
  mutating func add(_ other: CertificateText) { bytes += other.bytes }

  /// Ends the line.
  mutating func end() { bytes.append(UInt8(ascii: "\n")) }

  /// Adds ` LAYER:NEURON=W`, counted from 0 here and from 1 in the text.
  mutating func add(layer: Int, neuron: Int, _ number: Double) {
    bytes.append(UInt8(ascii: " "))
    add(whole: layer + 1)
    bytes.append(UInt8(ascii: ":"))
    add(whole: neuron + 1)
    bytes.append(UInt8(ascii: "="))
    add(number)
  }

  /// Adds a whole number; without a string between, since a search writes millions.
  private mutating func add(whole number: Int) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    let start = bytes.count
    var rest = number.magnitude
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Adds a finite number as a hexadecimal float, which is exact.
  mutating func add(_ number: Double) {
    guard number != 0 else { return add("0") }
    let isNormal = number.isNormal
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    add(isNormal ? "0x1" : "0x0")
    var fraction = number.significandBitPattern
    if fraction != 0 { bytes.append(UInt8(ascii: ".")) }
    while fraction != 0 {
      let digit = UInt8(truncatingIfNeeded: fraction >> 48)
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      fraction = (fraction << 4) & (1 << 52 - 1)
    }
    bytes.append(UInt8(ascii: "p"))
    add(whole: isNormal ? Int(number.exponent) : -1022)
  }
}
