import Essentials
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct DatasetTests {
  private func idx(_ shape: [Int], _ elements: [UInt8], type: UInt8 = 8) -> [UInt8] {
    [0, 0, type, UInt8(shape.count)] + shape.flatMap { size in [24, 16, 8, 0].map { UInt8(size >> $0 & 255) } }
      + elements
  }

  @Test func idxFilesAreRead() throws {
    try withTemporaryDirectory { folder in
      try FileAccess.write(idx([2, 2, 3], Array(0..<12)), to: "\(folder)/images")
      try FileAccess.write(idx([2], [1, 0]), to: "\(folder)/labels")
      let file = try IDXFile(path: "\(folder)/images", axes: 3)
      #expect(file.shape == [2, 2, 3] && file.elements == Array(0..<12))
      let dataset = try DatasetCatalog.load(
        name: "own", split: "train", images: "\(folder)/images", labels: "\(folder)/labels")
      #expect(try dataset.rows == 2 && dataset.columns == 3 && dataset.labels == [1, 0])
      #expect(try dataset.image(1) == (6..<12).map { Double($0) / 255 })
      #expect("\(dataset)" == "Dataset(own train, 2 images of 2x3, 2 classes)")
    }
  }

  @Test func damagedIdxFilesAreExplained() throws {
    try withTemporaryDirectory { folder in
      let path = "\(folder)/images"
      func expect(_ words: String, _ bytes: [UInt8]) throws {
        try FileAccess.write(bytes, to: path)
        let error = #expect(throws: OutsideFailure.self) { try IDXFile(path: path, axes: 3) }
        let message = error?.message ?? ""
        #expect(message.hasPrefix(path) && message.contains(words))
      }
      try expect("IDX", [0, 0])
      try expect("magic 0 0 d 3", idx([1, 2, 2], [1, 2, 3, 4], type: 13))
      try expect("3 axes, got 1", idx([4], [1, 2, 3, 4]))
      try expect("truncated: expected 4 bytes for 1x2x2, got 3", idx([1, 2, 2], [1, 2, 3]))
      try expect("expected 4 bytes after the header, got 5", idx([1, 2, 2], [1, 2, 3, 4, 5]))
      try expect("header of 16", Array(idx([1, 2, 2], [])[..<9]))
      try expect("damaged header", idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], [1]))
      // A gzip stream that ends in the middle.
      try expect("ends early or is damaged", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x63, 0x60])
      #expect(throws: OutsideFailure.self) { try IDXFile(path: "\(folder)/absent") }
    }
  }

  @Test func unofficialFilesAreRefused() throws {
    try withTemporaryDirectory { folder in
      func message(root: String?) -> String {
        let error = #expect(throws: OutsideFailure.self) {
          try DatasetCatalog.load("mnist", split: .test, root: root)
        }
        return error?.message ?? ""
      }
      #expect(message(root: nil).contains("VNNLUA_DATA"))
      try FileAccess.makeDirectory("\(folder)/mnist")
      let path = "\(folder)/mnist/t10k-images-idx3-ubyte.gz"
      let missing = message(root: folder)
      #expect(missing.hasPrefix(path) && missing.contains("vnnlua run fetch-data mnist"))
      #expect(missing.contains("VNNLUA_DATA"))
      try FileAccess.write(idx([1, 28, 28], [UInt8](repeating: 0, count: 784)), to: path)
      #expect(
        message(root: folder)
          .hasPrefix("\(path): expected 10000x28x28 elements, got 1x28x28"))
      try FileAccess.write(idx([10000, 28, 28], [UInt8](repeating: 0, count: 7_840_000)), to: path)
      #expect(message(root: folder).contains("SHA-256"))
      let error = #expect(throws: Misuse.self) { try DatasetCatalog.load("mnits", split: .test, root: folder) }
      #expect(error?.message.contains("did you mean mnist?") == true)
    }
  }

  @Test(.enabled(if: Component.data.isWanted, Comment(rawValue: Component.data.reason)))
  func theOfficialFilesAreRead() throws {
    let root = try Component.data.path()
    let mnist = try DatasetCatalog.load("mnist", split: .test, root: root)
    #expect(try mnist.count == 10_000 && Array(mnist.labels[..<5]) == [7, 2, 1, 0, 4])
    let fashion = try DatasetCatalog.load("fashion", split: .train, root: root, side: 18)
    #expect(fashion.count == 60_000 && fashion.inputCount == 324)
    #expect(try Array(fashion.labels[..<3]) == [9, 0, 0] && fashion.classNames[9] == "Ankle boot")
  }

  @Test func ownTensorsBecomeImages() throws {
    let images = try Tensor([0, 1, 0.5, 0.25, 1, 0, 0, 1], shape: [2, 4])
    let dataset = try Dataset(name: "own", images: images, labels: [1, 0])
    #expect(try dataset.pixels == [0, 255, 128, 64, 255, 0, 0, 255] && dataset.rows == 2)
    #expect(throws: Misuse.self) { try Dataset(name: "own", images: images, labels: [1]) }
    #expect(throws: Misuse.self) { try Dataset(name: "own", images: images, labels: [-1, 0]) }
    #expect(throws: Misuse.self) { try Dataset(name: "own", images: images, labels: [1, 0], rows: 3) }
    #expect(throws: Misuse.self) { try Dataset(name: "own", images: Tensor([2], shape: [1, 1]), labels: [0]) }
    #expect(throws: Misuse.self) { try Dataset(name: "own", images: Tensor([.nan], shape: [1, 1]), labels: [0]) }
  }

  @Test func subsetsAndOrders() throws {
    let dataset = try randomDataset(count: 9, inputs: 4, classes: 3, seed: 2)
    let part = try dataset.subset([8, 0, 8])
    #expect(try part.count == 3 && part.labels == [8, 0, 8].map { try dataset.labels[$0] })
    #expect(try part.image(0) == dataset.image(8) && part.image(1) == dataset.image(0))
    var random = RandomSource(seed: 3)
    var again = random
    let shuffled = try dataset.shuffled(&random)
    let order = again.permutation(9)
    #expect(try shuffled.labels == order.map { try dataset.labels[$0] })
    #expect(try shuffled.images(2..<4).array == dataset.images(at: [order[2], order[3]]).array)
    #expect(throws: Misuse.self) { try dataset.subset([9]) }
    #expect(throws: Misuse.self) { try dataset.image(-1) }
    #expect(throws: Misuse.self) { try dataset.images(0..<10) }
  }
}
