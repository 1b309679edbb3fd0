import Essentials
import TestSupport
import Testing

@Suite("Gzip")
struct GzipTests {
  @Test("what is compressed comes back, the same bytes every time, with nothing about when or where")
  func roundTrip() throws {
    var random = RandomSource(seed: 7)
    let noise = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    for content in [[], [1], Array("a line\n".utf8), [UInt8](repeating: 0, count: 1_000_000), noise] {
      let packed = try Gzip.compress(content)
      #expect(try Gzip.compress(content) == packed)
      // Magic, deflate, no flags, no time (RFC 1952).
      #expect(packed.prefix(8) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
      try withTemporaryDirectory { folder in
        try FileAccess.write(packed, to: "\(folder)/a.gz")
        #expect(try FileAccess.readDecompressed("\(folder)/a.gz") == content)
        let peer = try CommandLineRun("/bin/gzip", ["-t", "\(folder)/a.gz"])
        #expect(peer.status == 0, "\(peer.errors)")
      }
    }
    #expect(try Gzip.compress([UInt8](repeating: 0, count: 1_000_000)).count < 2000)
  }
}
