import Essentials
import TestSupport
import Tensors
import Testing

@Suite struct FileAndPictureTests {
  /// A `.npy` file of version 1.0 with this header.
  static func numPy(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let count = header.utf8.count
    let length = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + data
  }

  static func header(_ type: String, _ shape: String, fortran: Bool = false) -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
  }

  @Test func numPyRoundTrip() throws {
    var random = RandomSource(seed: 41)
    try withTemporaryDirectory { directory in
      for shape in [[], [0], [5], [2, 3], [2, 3, 4], [3, 0, 2]] {
        for tensor in try Reference.layouts(shape, &random) {
          try NumPyFile.write(tensor, to: "\(directory)/a.npy")
          let back = try NumPyFile.read("\(directory)/a.npy")
          #expect(back == tensor)
          #expect(back.shape == shape)
        }
      }
    }
    let bytes = NumPyFile.encode(try Tensor([1.5]))
    #expect(bytes.count == 128 + 8)
    #expect(Array(bytes[..<10]) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0])
    #expect(
      String(decoding: bytes[10..<80], as: UTF8.self).hasPrefix(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }"))
    #expect(bytes[127] == 0x0A)
    #expect(Array(bytes[128...]) == [0, 0, 0, 0, 0, 0, 0xF8, 0x3F])
  }

  @Test func numPyReadsOtherNumbersAndOrders() throws {
    let order = Self.numPy(Self.header("<i2", "(2, 3)", fortran: true), [1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 0xFF, 0xFF])
    let matrix = try NumPyFile.decode(order, path: "x")
    #expect(matrix.shape == [2, 3])
    #expect(matrix.array == [1, 2, 3, 4, 5, -1])
    let big = try NumPyFile.decode(Self.numPy(Self.header(">f4", "(1,)"), [0x3F, 0x80, 0, 0]), path: "x")
    #expect(big.array == [1])
    let second = try NumPyFile.decode(Self.numPy(Self.header("|u1", "(2L, )"), [7, 255], version: 2), path: "x")
    #expect(second.array == [7, 255])
    let truth = try NumPyFile.decode(Self.numPy(Self.header("|b1", "()"), [1]), path: "x")
    #expect(truth.shape == [] && truth.array == [1])
  }

  @Test func damagedNumPyFiles() throws {
    let whole = NumPyFile.encode(try Tensor([1, 2, 3], shape: [3, 1]))
    for length in 0..<whole.count {
      #expect(throws: OutsideFailure.self, "\(length) bytes") {
        try NumPyFile.decode(Array(whole[..<length]), path: "a.npy")
      }
    }
    #expect(throws: OutsideFailure.self) { try NumPyFile.decode(whole + [0], path: "a.npy") }
    for index in whole.indices {
      for value in [0, 0x27, 0x29, 0x39, 0xFF] as [UInt8] {
        var damaged = whole
        damaged[index] = value
        _ = try? NumPyFile.decode(damaged, path: "a.npy")
      }
    }
    for header in [
      Self.header("|O", "(1,)"), Self.header("<U4", "(1,)"), Self.header("<f8", "(-1,)"),
      Self.header("<f8", "(99999999999, 99999999999)"), Self.header("<f8", "1"), "{}", "",
      "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }",
      "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
    ] {
      do {
        _ = try NumPyFile.decode(Self.numPy(header, [UInt8](repeating: 0, count: 8)), path: "a.npy")
        Issue.record("read \(header)")
      } catch let failure as OutsideFailure { #expect(failure.message.hasPrefix("a.npy: ")) }
    }
    #expect(throws: OutsideFailure.self) { try NumPyFile.read("/nonexistent.npy") }
  }

  @Test func descriptions() throws {
    #expect(try Tensor.full([], 2.5).description == "Tensor scalar: 2.5000")
    #expect(Tensor.zeros([0, 3]).description == "Tensor 0x3 (empty)")
    #expect(try Tensor.range(0, 3).description == "Tensor 3\n[0, 1, 2]")
    let matrix = try Tensor([1, -20, 3, 4], shape: [2, 2])
    #expect(matrix.description == "Tensor 2x2\n[[  1, -20],\n [  3,   4]]")
    #expect(try Tensor([0.5, .nan, -.infinity]).description == "Tensor 3\n[0.5000,    nan,   -inf]")
    #expect(try Tensor([1e-9, 1]).description == "Tensor 2\n[1.0000e-09, 1.0000e+00]")
    let cube = try Tensor.range(0, 8).reshaped([2, 2, 2])
    #expect(cube.description == "Tensor 2x2x2\n[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]]")
    let large = try Tensor.range(0, 1_000_000).reshaped([1000, 1000]).description
    #expect(large.contains("[     0,      1,      2, ...,    997,    998,    999]"))
    #expect(large.split(separator: "\n").count == 8)
    #expect(Tensor.zeros([20, 20, 20, 20]).description.utf8.count < 20_000)
    #expect(Tensor.zeros([Int](repeating: 2, count: 16)).description.utf8.count < 100)
    #expect(try Tensor.full([2], 1e300).description == "Tensor 2\n[1.0000e+300, 1.0000e+300]")
  }

  @Test func pictures() throws {
    let picture = try Tensor([0, 0.25, 0.5, 0.75, 1, .nan], shape: [3, 2])
    #expect(try picture.showPicture(style: .plain) == "  ░░\n▒▒▓▓\n██\n")
    #expect(
      try picture.showPicture()
        == "\u{1B}[38;2;0;0;0;48;2;128;128;128m▀\u{1B}[38;2;64;64;64;48;2;191;191;191m▀\u{1B}[0m\n"
        + "\u{1B}[38;2;255;255;255;49m▀\u{1B}[38;2;0;0;0;49m▀\u{1B}[0m\n")
    #expect(try picture.showPicture(style: .indexedColor).contains("38;5;231"))
    let pair = try Tensor.showPictures(
      [picture, Tensor.ones([4])], titles: ["an input", "b"], style: .plain)
    #expect(pair == "an i  b\n  ░░  ████\n▒▒▓▓  ████\n██\n")
    #expect(try Tensor([2, 4], shape: [1, 2]).showPicture(style: .plain, range: 2...4) == "  ██\n")
    #expect(try Tensor.ones([6]).showPicture(style: .plain, rows: 2) == "██████\n██████\n")
    #expect(throws: Misuse.self) { try Tensor.ones([6]).showPicture() }
    #expect(throws: Misuse.self) { try Tensor.ones([6]).showPicture(rows: 4) }
    #expect(throws: Misuse.self) { try Tensor.ones([6]).showPicture(rows: -1) }
    #expect(throws: Misuse.self) { try Tensor.ones([2, 2, 2]).showPicture() }
    #expect(throws: Misuse.self) { try Tensor.zeros([0, 2]).showPicture() }
    #expect(throws: Misuse.self) { try picture.showPicture(range: 1...1) }
    #expect(throws: Misuse.self) { try Tensor.showPictures([picture], titles: ["a", "b"]) }
  }

  @Test func pngFiles() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/a.png"
      var random = RandomSource(seed: 42)
      for (tensor, width, height, type) in [
        (try Tensor.uniform([28, 20], using: &random), 60, 84, 0),
        (try Tensor.uniform([784], using: &random), 84, 84, 0),
        (try Tensor.uniform([5, 7, 3], using: &random), 21, 15, 2),
        (try Tensor.uniform([20, 28], using: &random).transposed(), 60, 84, 0),
      ] {
        try tensor.savePNG(path, scale: 3)
        let bytes = try FileAccess.read(path)
        #expect(Array(bytes[..<16]) == [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
        #expect(Array(bytes[16..<26]) == [0, 0, 0, UInt8(width), 0, 0, 0, UInt8(height), 8, UInt8(type)])
        #expect(Array(bytes.suffix(8)) == [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
      }
      #expect(throws: Misuse.self) { try Tensor.ones([2, 2]).savePNG(path, scale: 0) }
      #expect(throws: Misuse.self) { try Tensor.ones([2, 2, 4]).savePNG(path) }
      #expect(throws: Misuse.self) { try Tensor.ones([1000, 1]).savePNG(path, scale: 100) }
      #expect(throws: OutsideFailure.self) { try Tensor.ones([2, 2]).savePNG("\(directory)/no/a.png") }
    }
  }
}
