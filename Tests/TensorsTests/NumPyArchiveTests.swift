import Essentials
import TestSupport
import Tensors
import Testing

@Suite("NumPy archives")
struct NumPyArchiveTests {
  @Test("what is written is read, and equal contents give equal files")
  func roundTrip() throws {
    try withTemporaryDirectory { folder in
      let arrays: [(name: String, tensor: Tensor)] = [
        ("b", try Tensor([1, 2, 3])), ("a/ü", Tensor.zeros([2, 0])), ("scalar", try Tensor([7], shape: [])),
      ]
      try NumPyArchive.write(arrays, to: "\(folder)/x.npz")
      let back = try NumPyArchive.read("\(folder)/x.npz")
      #expect(back.map(\.name) == arrays.map(\.name))
      #expect(back.map(\.tensor.array) == [[1, 2, 3], [], [7]] && back.map(\.tensor.shape) == [[3], [2, 0], []])
      #expect(try NumPyArchive.encode(arrays) == NumPyArchive.encode(arrays))
      #expect(throws: Misuse.self) { try NumPyArchive.encode([arrays[0], arrays[0]]) }
    }
  }

  @Test(
    "NumPy reads ours and we read NumPy's, stored and deflated",
    .enabled(if: Component.python.isWanted, Comment(rawValue: Component.python.reason)))
  func exchange() throws {
    try withTemporaryDirectory { folder in
      try NumPyArchive.write([("w", try Tensor([1, 2, 3, 4, 5, 6.5], shape: [3, 2]))], to: "\(folder)/ours.npz")
      let script = """
        import numpy as np
        w = np.load('ours.npz')['w']
        assert w.tolist() == [[1, 2], [3, 4], [5, 6.5]]
        arrays = dict(w=w.T, half=np.float16([0.5, -2]), many=np.arange(100000), yes=np.array([True, False]))
        np.savez('stored.npz', **arrays)
        np.savez_compressed('deflated.npz', **arrays)
        """
      let run = try CommandLineRun(try Component.python.path(), ["-c", script], directory: folder)
      try #require(run.status == 0, "\(run.errors)")
      for name in ["stored", "deflated"] {
        let arrays = Dictionary(
          uniqueKeysWithValues: try NumPyArchive.read("\(folder)/\(name).npz").map { ($0.name, $0.tensor) })
        #expect(arrays["w"]?.array == [1, 3, 5, 2, 4, 6.5])
        #expect(arrays["half"]?.array == [0.5, -2] && arrays["yes"]?.array == [1, 0])
        #expect(arrays["many"]?.array == (0..<100_000).map(Double.init))
      }
    }
  }

  @Test("damage is noticed in every byte of the data and named")
  func damage() throws {
    let whole = try NumPyArchive.encode([("w", try Tensor([1, 2, 3]))])
    for length in 0..<whole.count {
      let error = #expect(throws: OutsideFailure.self) {
        try NumPyArchive.decode(Array(whole[..<length]), path: "x.npz")
      }
      #expect(error?.message.hasPrefix("x.npz") == true)
    }
    // The numbers are protected by their checksum.
    for index in 40..<whole.count - 100 {
      var damaged = whole
      damaged[index] ^= 0x10
      #expect(throws: OutsideFailure.self, "\(index)") { try NumPyArchive.decode(damaged, path: "x.npz") }
    }
  }
}
