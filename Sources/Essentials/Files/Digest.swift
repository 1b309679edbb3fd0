import CDigest

/// Content addresses.
public enum Digest {
  /// The SHA-256 of `bytes` as 64 lower-case hexadecimal digits (libmd).
  public static func sha256(_ bytes: [UInt8]) -> String {
    var text = [CChar](repeating: 0, count: 2 * Int(SHA256_DIGEST_LENGTH) + 1)
    _ = bytes.withUnsafeBufferPointer { SHA256Data($0.baseAddress, $0.count, &text) }
    return String(decoding: text.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The SHA-256 of `text` in UTF-8.
  public static func sha256(_ text: String) -> String { sha256(Array(text.utf8)) }

  /// The HMAC-SHA256 of `parts`, one after the other, as 64 lower-case hexadecimal digits (RFC 2104).
  public static func hmac(key: [UInt8], _ parts: [[UInt8]]) -> String {
    let block = Int(SHA256_BLOCK_LENGTH)
    var padded = key.count > block ? raw(sha256(key)) : key
    padded += [UInt8](repeating: 0, count: block - padded.count)
    let inner = sha256(padded.map { $0 ^ 0x36 } + parts.joined())
    return sha256(padded.map { $0 ^ 0x5C } + raw(inner))
  }

  /// Whether two texts are the same; how long it takes does not say where they differ.
  public static func areEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    first.count == second.count && zip(first, second).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// The bytes that hexadecimal digits stand for.
  private static func raw(_ digits: String) -> [UInt8] {
    let values = digits.utf8.map { $0 < UInt8(ascii: "a") ? $0 - UInt8(ascii: "0") : $0 - UInt8(ascii: "a") + 10 }
    return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
  }
}
