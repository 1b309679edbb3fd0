import Essentials
import TestSupport
import Tensors
import Testing

@Suite struct SafeTensorsTests {
  /// The bytes of a file with this header, padded as it is, and this data.
  static func file(_ header: String, _ data: [UInt8]) -> [UInt8] {
    let length = header.utf8.count
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + Array(header.utf8) + data
  }

  static func bytes(_ values: [Float]) -> [UInt8] { values.flatMap { value in withUnsafeBytes(of: value, Array.init) } }

  func expectFailure(_ bytes: [UInt8], _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
    do {
      _ = try SafeTensors(decoding: bytes, path: "net.safetensors")
      Issue.record("read without an error", sourceLocation: sourceLocation)
    } catch let failure as OutsideFailure {
      for part in ["net.safetensors"] + parts {
        #expect(failure.message.contains(part), "\(failure.message)", sourceLocation: sourceLocation)
      }
    } catch {
      Issue.record("\(error)", sourceLocation: sourceLocation)
    }
  }

  @Test func roundTrip() throws {
    try withTemporaryDirectory { directory in
      let weight = try Tensor([1, -2.5, 3.25, 1e-3, 5, 6], shape: [2, 3])
      let view = Tensor(storage: weight.storage, offset: 1, shape: [2, 2], strides: [3, 1])
      let file = SafeTensors(
        entries: [
          .init(name: "layers.0.weight", tensor: weight, elementType: .float32),
          .init(name: "view", tensor: view), .init(name: "empty", tensor: Tensor.zeros([0, 4])),
          .init(name: "scalar \"é\"", tensor: try Tensor([7], shape: [])),
        ], metadata: ["seed": "2", "note": "quote \" and line\nfeed"])
      try file.write(to: "\(directory)/a.safetensors")
      let back = try SafeTensors(reading: "\(directory)/a.safetensors")
      #expect(back.metadata == file.metadata)
      #expect(Set(back.entries.map(\.name)) == Set(file.entries.map(\.name)))
      #expect(back["layers.0.weight"]?.array == [1, -2.5, 3.25, Double(Float(1e-3)), 5, 6])
      #expect(back["view"]?.array == [-2.5, 3.25, 5, 6])
      #expect(back["empty"]?.shape == [0, 4])
      #expect(back["scalar \"é\""]?.shape == [])
      #expect(back["absent"] == nil)
      // The numbers are aligned.
      let bytes = try FileAccess.read("\(directory)/a.safetensors")
      #expect((8 + Int(bytes[0]) + Int(bytes[1]) << 8) % 8 == 0)
    }
  }

  @Test func readsAHandMadeFileOfEveryElementType() throws {
    let header = """
      {"f16":{"dtype":"F16","shape":[4],"data_offsets":[0,8]},\
      "bf16":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},\
      "i8":{"dtype":"I8","shape":[1,2],"data_offsets":[12,14]},\
      "u8":{"dtype":"U8","shape":[2],"data_offsets":[14,16]},\
      "i64":{"dtype":"I64","shape":[],"data_offsets":[16,24]},\
      "f32":{"dtype":"F32","shape":[1],"data_offsets":[24,28]},\
      "bool":{"dtype":"BOOL","shape":[2],"data_offsets":[28,30]}}
      """
    let data: [UInt8] =
      [0x00, 0x3C, 0x00, 0xC1, 0x01, 0x00, 0x00, 0x7C] + [0x80, 0x3F, 0x20, 0xC0] + [0xFF, 0x7F] + [0xFF, 0x80]
      + [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] + Self.bytes([0.5]) + [0, 1]
    let file = try SafeTensors(decoding: Self.file(header, data), path: "x")
    #expect(file["f16"]?.array == [1, -2.5, 0x1p-24, .infinity])
    #expect(file["bf16"]?.array == [1, -2.5])
    #expect(file["i8"]?.array == [-1, 127])
    #expect(file["i8"]?.shape == [1, 2])
    #expect(file["u8"]?.array == [255, 128])
    #expect(file["i64"]?.array == [-2])
    #expect(file["f32"]?.array == [0.5])
    #expect(file["bool"]?.array == [0, 1])
    #expect(file.entries.map(\.name) == ["f16", "bf16", "i8", "u8", "i64", "f32", "bool"])
  }

  @Test func damagedFilesNameTheFileAndTheTensor() {
    let data = Self.bytes([1, 2, 3, 4])
    func one(_ type: String, _ shape: String, _ offsets: String) -> String {
      "{\"w\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
    }
    #expect(throws: Never.self) {
      try SafeTensors(decoding: Self.file(one("F32", "[2,2]", "[0,16]"), data), path: "x")
    }
    expectFailure(Self.file(one("F32", "[2,2]", "[0,16]"), Array(data.dropLast())), "tensor w", "cut short")
    expectFailure(Self.file(one("F32", "[2,2]", "[0,16]"), data + [0]), "belong to no tensor")
    expectFailure(Self.file(one("F99", "[2,2]", "[0,16]"), data), "tensor w", "F99")
    expectFailure(Self.file(one("F32", "[2,3]", "[0,16]"), data), "tensor w", "2x3")
    expectFailure(Self.file(one("F32", "[-2,-2]", "[0,16]"), data), "tensor w")
    expectFailure(Self.file(one("F32", "[4294967296,4294967296,16]", "[0,16]"), data), "tensor w")
    expectFailure(Self.file(one("F32", "\"4\"", "[0,16]"), data), "tensor w", "shape")
    expectFailure(Self.file(one("F32", "[2,2]", "[16,0]"), data), "tensor w", "data_offsets")
    expectFailure(Self.file(one("F32", "[3]", "[4,16]"), data), "tensor w", "begin at byte 4")
    expectFailure(Self.file(one("F32", "[1e300]", "[0,16]"), data), "tensor w")
    expectFailure(Self.file("{\"w\":3}", data), "tensor w", "dtype")
    expectFailure(Self.file("[]", []), "{")
    expectFailure(Self.file("{\"w\":", []), "JSON")
    let overlapping =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
      + "\"b\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[4,16]}}"
    expectFailure(Self.file(overlapping, data), "tensor b", "inside the tensor before it")
    let entry = "{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}"
    expectFailure(Self.file("{\"a\":\(entry),\"\\u0061\":\(entry)}", data), "\"a\"", "twice")
    expectFailure([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7B], "claims 18446744073709551615 bytes")
    expectFailure([100, 0, 0, 0, 0, 0, 0, 0, 0x7B], "claims 100 bytes")
    expectFailure(Self.file("{\"__metadata__\":{\"a\":1}}", []), "metadata a")
    expectFailure(Self.file("{\"__metadata__\":1}", []), "__metadata__")
  }

  @Test func noTruncationIsReadAsAWhole() throws {
    let whole = try SafeTensors(
      entries: [.init(name: "a", tensor: try Tensor([1, 2, 3])), .init(name: "b", tensor: try Tensor([4]))],
      metadata: ["k": "v"]
    ).encoded()
    for length in 0..<whole.count { expectFailure(Array(whole[..<length])) }
    // Nothing crashes when a byte is wrong, whether or not that can be noticed.
    for index in whole.indices {
      for value in [0, 0x22, 0x2D, 0x39, 0x7D, 0xFF] as [UInt8] {
        var damaged = whole
        damaged[index] = value
        _ = try? SafeTensors(decoding: damaged, path: "x")
      }
    }
  }

  @Test func mistakesInWriting() throws {
    let tensor = Tensor.zeros([2])
    let twice = SafeTensors(entries: [.init(name: "a", tensor: tensor), .init(name: "a", tensor: tensor)])
    #expect(throws: Misuse.self) { try twice.encoded() }
    #expect(throws: Misuse.self) { try SafeTensors(entries: [.init(name: "__metadata__", tensor: tensor)]).encoded() }
    #expect(throws: Misuse.self) {
      try SafeTensors(entries: [.init(name: "a", tensor: tensor, elementType: .int8)]).encoded()
    }
    #expect(throws: OutsideFailure.self) { try SafeTensors(entries: []).write(to: "/nonexistent/a.safetensors") }
  }
}
