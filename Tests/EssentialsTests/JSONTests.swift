import Essentials
import Testing

@Suite("JSON, digests and names")
struct JSONTests {
  @Test("a value survives the round trip, numbers to the last bit")
  func roundTrip() throws {
    let value = JSON.object([
      "a": .array([.integer(1), .number(0.1 + 0.2), .number(-1e-300), .null, .boolean(true)]),
      "text": .string("line\n\"quoted\" é /path"),
    ])
    let text = try value.text()
    #expect(!text.contains("\n"))
    #expect(try JSON(parsing: Array(text.utf8), path: "memory") == value)
    #expect(try JSON(parsing: Array(value.text(indented: true).utf8), path: "memory") == value)
  }

  @Test("keys are sorted, so equal values have equal text")
  func canonical() throws {
    #expect(try JSON.object(["b": .integer(1), "a": .integer(2)]).text() == "{\"a\":2,\"b\":1}")
    let names = "zyxwvutsrqponmlkjihgfedcba".map { String($0) }
    let object = JSON.object(Dictionary(uniqueKeysWithValues: names.map { ($0, .null) }))
    let expected = "{" + names.reversed().map { "\"\($0)\":null" }.joined(separator: ",") + "}"
    #expect(try object.text() == expected)
    #expect(try object.text(indented: true).filter { !" \n".contains($0) } == expected)
  }

  @Test("what JSON cannot say is misuse, what is not JSON is a failure that names the file")
  func badValues() {
    #expect(throws: Misuse.self) { try JSON.number(.nan).text() }
    #expect(throws: Misuse.self) { try JSON.array([.number(.infinity)]).text() }
    for text in ["", "{", "[1 2]", "{\"a\":}", "nul"] {
      let error = #expect(throws: OutsideFailure.self) { try JSON(parsing: Array(text.utf8), path: "p.json") }
      #expect(error?.message.hasPrefix("p.json") == true)
    }
  }

  @Test("SHA-256 of known texts (FIPS 180-4 examples)")
  func digests() {
    #expect(Digest.sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest.sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test("HMAC-SHA256 of known texts (RFC 4231, cases 1, 2 and 6), in one part or several")
  func signatures() {
    let cases: [(key: [UInt8], text: String, digest: String)] = [
      (
        [UInt8](repeating: 0x0B, count: 20), "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
    ]
    for (key, text, digest) in cases {
      let bytes = Array(text.utf8)
      #expect(Digest.hmac(key: key, [bytes]) == digest)
      #expect(Digest.hmac(key: key, [Array(bytes[..<3]), [], Array(bytes[3...])]) == digest)
    }
    #expect(Digest.areEqual([1, 2], [1, 2]) && !Digest.areEqual([1, 2], [1, 3]) && !Digest.areEqual([1], [1, 2]))
  }

  @Test("a mistyped name finds its neighbour, a foreign one finds nothing")
  func nearest() {
    #expect(NearestName.of("epoch", in: ["epochs", "batch_size"]) == "epochs")
    #expect(NearestName.of("time_limit", in: ["time_limit_s", "seed"]) == "time_limit_s")
    #expect(NearestName.of("zzzzzzzz", in: ["epochs", "seed"]) == nil)
    #expect(NearestName.of("Seed", in: ["epochs", "seed"]) == "seed")
    // Half of it may differ, or one letter; not two of three.
    #expect(NearestName.of("rats", in: ["rows"]) == "rows" && NearestName.of("x", in: ["y"]) == "y")
    #expect(NearestName.of("lp", in: ["mps"]) == nil && NearestName.of("x", in: ["io"]) == nil)
    // Characters count, not bytes.
    #expect(NearestName.of("größe", in: ["grosse"]) == nil)
    #expect(NearestName.of("größe", in: ["grüße"]) == "grüße")
    // A name is no suggestion for itself; of two that are as near, the first by its letters.
    #expect(NearestName.of("seed", in: ["seed", "seeds", "need"]) == "need")
    #expect(NearestName.of("seed", in: ["seed"]) == nil)
  }
}
