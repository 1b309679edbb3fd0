import Essentials
import Networks
import TestSupport
import Testing

/// Facts from Pillow 13.0.0: `Image.fromarray(picture).resize((columns, rows), Image.BILINEAR)`.
@Suite struct ImageResizeTests {
  static let picture: [UInt8] = (0..<35).map { place in
    let (i, j) = (place / 7, place % 7)
    let value = 37 * i * i + 91 * j + 13 * i * j
    return UInt8(value % 256)
  }

  @Test(arguments: [
    (3, 4, [66, 145, 116, 108, 98, 147, 155, 135, 139, 160, 148, 122]),
    (
      8, 3,
      [
        78, 92, 121, 99, 119, 118, 123, 154, 117, 97, 163, 136, 100, 163, 145, 131, 152, 142, 142, 166, 120, 148, 178,
        102,
      ]
    ),
    (
      5, 10,
      [
        0, 50, 114, 177, 75, 49, 113, 176, 125, 34, 37, 94, 167, 240, 146, 129, 189, 83, 92, 149, 148, 72, 38, 120, 202,
        194, 110, 192, 158, 82, 77, 148, 176, 87, 166, 167, 91, 183, 158, 89, 80, 159, 195, 116, 203, 213, 134, 55, 91,
        170,
      ]
    ),
  ])
  func smallPicturesAgreeWithPillow(_ rows: Int, _ columns: Int, _ expected: [UInt8]) throws {
    let resize = try ImageResize(rows: 5, columns: 7, toRows: rows, toColumns: columns)
    #expect(try resize.apply(Self.picture) == expected)
    #expect(try resize.apply(Self.picture + Self.picture) == expected + expected)
  }

  @Test func theSameSizeChangesNothing() throws {
    #expect(try ImageResize(rows: 5, columns: 7, toRows: 5, toColumns: 7).apply(Self.picture) == Self.picture)
    #expect(throws: Misuse.self) { try ImageResize(rows: 5, columns: 7, toRows: 0, toColumns: 7) }
    #expect(throws: Misuse.self) { try ImageResize(rows: 5, columns: 7, toRows: 2, toColumns: 2).apply([1, 2]) }
  }

  @Test(
    .enabled(if: Component.data.isWanted, Comment(rawValue: Component.data.reason)),
    arguments: [
      (DatasetCatalog.Split.train, 18, "0e19fdde19e22778c484cf14e119353f7dbbb4ef778c9a9de075ec1b87f79f7f"),
      (.test, 18, "612f4bebee31a6656c3e0900dac0b91a7488cf76dfa615df8d984ad78317e0de"),
      (.test, 14, "b9f6785ed9fa585171fcb4fd081abb51a00d9c73aad547e40c35697a6f85f133"),
      (.test, 40, "7f2fa55b5c96c49f9efede6daddb5f52284ba3a740c9c159792e6f221cfc147c"),
    ])
  func allOfMNISTAgreesWithPillow(_ split: DatasetCatalog.Split, _ side: Int, _ digest: String) throws {
    let dataset = try DatasetCatalog.load("mnist", split: split, root: try Component.data.path(), side: side)
    #expect(try Digest.sha256(dataset.pixels) == digest)
  }
}
