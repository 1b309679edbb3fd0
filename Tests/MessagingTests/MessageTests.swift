import Messaging
import Testing

@Suite("Messages of notebooks")
struct MessageTests {
  private let key = Array("a key".utf8)
  private var frames: [[UInt8]] {
    Message("execute_request", #"{"code":"1"}"#, answering: nil, identifier: "1", session: "s").frames(key: key)
  }

  @Test("what was signed is read, whoever it came from")
  func signed() {
    #expect(Message(frames, key: key)?.type == "execute_request")
    let routed = Message([[1, 2], [3]] + frames, key: key)
    #expect(routed?.content == #"{"code":"1"}"#)
  }

  @Test("nothing is read that another key or nobody has signed, or that was changed anywhere")
  func unsigned() {
    let frames = frames
    #expect(Message(frames, key: Array("another key".utf8)) == nil)
    for position in frames.indices {
      var changed = frames
      changed.remove(at: position)
      #expect(Message(changed, key: key) == nil, "without \(position)")
      for byte in frames[position].indices {
        for bit in [UInt8(1), 0x20, 0x80] {
          changed = frames
          changed[position][byte] ^= bit
          #expect(Message(changed, key: key) == nil, "frame \(position), byte \(byte)")
        }
      }
    }
    var changed = frames
    changed[1] = []
    #expect(Message(changed, key: key) == nil)
    changed[1] = Array(frames[1].prefix(32))
    #expect(Message(changed, key: key) == nil)
  }

  @Test("a signature is new once, also when many came between")
  func repeated() {
    var signatures = RecentSignatures()
    func signature(_ number: Int) -> [UInt8] { Array(String(number).utf8) }
    for number in 0..<RecentSignatures.capacity * 3 / 2 {
      let (isNew, isNewAgain) = (signatures.insert(signature(number)), signatures.insert(signature(number)))
      #expect(isNew && !isNewAgain)
      let isEarlierNew = signatures.insert(signature(number / 2 + number / 4))
      #expect(number < 10 || !isEarlierNew)
    }
    #expect(Message.signature(frames)?.count == 64 && Message.signature([[1]]) == nil)
  }
}
