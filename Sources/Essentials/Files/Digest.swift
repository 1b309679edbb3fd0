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
}
