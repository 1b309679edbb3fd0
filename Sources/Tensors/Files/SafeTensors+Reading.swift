import Essentials

extension SafeTensors {
  /// Reads the file at `path`.
  ///
  /// - Throws: `OutsideFailure` naming the file, and the tensor where one is concerned, when it cannot be read, is cut
  ///   short or contradicts itself.
  public init(reading path: String) throws { try self.init(decoding: try FileAccess.read(path), path: path) }

  /// Reads the content of a file.
  ///
  /// - Parameter path: what errors call the file.
  /// - Throws: `OutsideFailure`; see `init(reading:)`.
  public init(decoding bytes: [UInt8], path: String) throws {
    func failure(_ what: String) -> OutsideFailure { OutsideFailure("\(path): not a valid safetensors file: \(what)") }
    guard bytes.count >= 8 else { throw failure("it has \(bytes.count) bytes and the header's length alone takes 8") }
    let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(SafeTensors.headerLimit) else { throw failure("the header claims \(length) bytes") }
    guard length <= UInt64(bytes.count - 8) else {
      throw failure("the header claims \(length) bytes and the file has \(bytes.count - 8) after its length")
    }
    let text = Array(bytes[8..<8 + Int(length)])
    guard text.first == UInt8(ascii: "{") else { throw failure("the header does not begin with {") }
    guard let header = try JSON(parsing: text, path: path).object else { throw failure("the header is not an object") }

    metadata = [:]
    for (name, value) in header["__metadata__"]?.object ?? [:] {
      guard let value = value.string else { throw failure("the metadata \(name) is not text") }
      metadata[name] = value
    }
    if let value = header["__metadata__"], value.object == nil { throw failure("__metadata__ is not an object") }

    let data = bytes[(8 + Int(length))...]
    let places = try header.filter { $0.key != "__metadata__" }
      .map { try Place(name: $0.key, description: $0.value, path: path, available: data.count) }
      .sorted {
        ($0.range.lowerBound, $0.range.upperBound, $0.name) < ($1.range.lowerBound, $1.range.upperBound, $1.name)
      }
    var end = 0
    for place in places {
      guard place.range.lowerBound == end else {
        throw failure(
          "tensor \(place.name): its numbers begin at byte \(place.range.lowerBound), "
            + (place.range.lowerBound < end ? "inside the tensor before it" : "and nothing fills the bytes from \(end)")
        )
      }
      end = place.range.upperBound
    }
    guard end == data.count else { throw failure("\(data.count - end) bytes at the end belong to no tensor") }
    entries = try places.map { place in
      let tensor = try Tensor.uninitialized(place.shape)
      let range = data.startIndex + place.range.lowerBound..<data.startIndex + place.range.upperBound
      bytes[range].withUnsafeBytes { place.elementType.decode($0, into: tensor.base, count: tensor.count) }
      return Entry(name: place.name, tensor: tensor, elementType: place.elementType)
    }
  }

  /// What the header says of one tensor, checked.
  private struct Place {
    let name: String
    let elementType: ElementType
    let shape: [Int]
    let range: Range<Int>

    init(name: String, description: JSON, path: String, available: Int) throws {
      func failure(_ what: String) -> OutsideFailure {
        OutsideFailure("\(path): not a valid safetensors file: tensor \(name): \(what)")
      }
      guard let type = description["dtype"]?.string else { throw failure("its dtype is missing") }
      guard let elementType = ElementType(rawValue: type) else {
        throw failure(
          "its dtype is \(type); expected one of " + ElementType.allCases.map(\.rawValue).joined(separator: ", "))
      }
      guard let sizes = description["shape"]?.array?.map(\.int), !sizes.contains(where: { $0 == nil || ($0 ?? 0) < 0 })
      else { throw failure("its shape is missing or not a list of sizes") }
      guard let offsets = description["data_offsets"]?.array?.compactMap(\.int), offsets.count == 2,
        description["data_offsets"]?.array?.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1]
      else { throw failure("its data_offsets are missing or not two rising numbers") }
      guard offsets[1] <= available else {
        throw failure("its numbers end at byte \(offsets[1]) and the file has \(available); it seems cut short")
      }
      let shape = sizes.compactMap { $0 }
      guard let count = try? Tensor.elementCount(of: shape),
        offsets[1] - offsets[0] == count * elementType.byteCount
      else {
        throw failure(
          "\(Tensor.describe(shape: shape)) numbers of \(type) do not take the \(offsets[1] - offsets[0]) bytes it has")
      }
      self.name = name
      self.elementType = elementType
      self.shape = shape
      range = offsets[0]..<offsets[1]
    }
  }
}
