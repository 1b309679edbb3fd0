/// The names of a text, each with a number in the order in which they came. Names are compared by their bytes, so that
/// looking one up makes no `String`.
struct NameIndex {
  /// Small, since it is the way to them through memory that takes the time.
  private struct Slot {
    /// The upper half of a name's hash; the lower one says where it stands.
    var hash: UInt32 = 0
    /// A name's number, from 1; 0 for a free slot.
    var number: UInt32 = 0
  }

  private let text: [UInt8]
  /// The names one after the other: beside each other they are found faster than in the text.
  private var bytes: [UInt8] = []
  private var starts: [UInt32] = [0]
  /// Open addressing; at most half of the slots are taken.
  private var slots = [Slot](repeating: Slot(), count: 1 << 10)
  /// Different in every process, so that no file can be made whose names all collide.
  private let keys = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max) | 1)

  init(_ text: [UInt8]) { self.text = text }

  /// How many names there are.
  var count: Int { starts.count - 1 }

  /// A name by its number.
  subscript(number: Int) -> String { String(decoding: bytes[range(number)], as: UTF8.self) }

  /// The number of the name that the text has at `place`; nil if it has not come yet.
  func number(of place: Range<Int>) -> Int? {
    let found = slots[slot(of: place, hash(of: text, place))].number
    return found == 0 ? nil : Int(found) - 1
  }

  /// The number of the name at `place`, and whether it is new.
  mutating func add(_ place: Range<Int>) -> (number: Int, isNew: Bool) {
    let hash = hash(of: text, place)
    let slot = slot(of: place, hash)
    if slots[slot].number != 0 { return (Int(slots[slot].number) - 1, false) }
    bytes.append(contentsOf: text[place])
    starts.append(UInt32(bytes.count))
    slots[slot] = Slot(hash: UInt32(truncatingIfNeeded: hash >> 32), number: UInt32(count))
    if count * 2 > slots.count { grow() }
    return (count - 1, true)
  }

  /// Whether the text has a name at `place`, by its number.
  func isName(_ number: Int, at place: Range<Int>) -> Bool {
    let range = range(number)
    guard range.count == place.count else { return false }
    for offset in 0..<place.count where bytes[range.lowerBound + offset] != text[place.lowerBound + offset] {
      return false
    }
    return true
  }

  private func range(_ number: Int) -> Range<Int> { Int(starts[number])..<Int(starts[number + 1]) }

  /// Eight bytes after the other, each multiplied into the rest with 128 bits.
  private func hash(of source: [UInt8], _ place: Range<Int>) -> UInt64 {
    var (hash, chunk, filled) = (keys.0 ^ UInt64(place.count), UInt64(0), 0)
    for offset in place {
      chunk = chunk << 8 | UInt64(source[offset])
      filled += 1
      if filled == 8 { (hash, chunk, filled) = (mixed(hash ^ chunk), 0, 0) }
    }
    return mixed(hash ^ chunk)
  }

  private func mixed(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: keys.1)
    return product.high ^ product.low
  }

  /// Where the name at `place` is, or would be.
  private func slot(of place: Range<Int>, _ hash: UInt64) -> Int {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot].number != 0 {
      let isAlike = slots[slot].hash == UInt32(truncatingIfNeeded: hash >> 32)
      if isAlike, isName(Int(slots[slot].number) - 1, at: place) { break }
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    slots = [Slot](repeating: Slot(), count: 2 * slots.count)
    for number in 0..<count {
      let hash = hash(of: bytes, range(number))
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot].number != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Slot(hash: UInt32(truncatingIfNeeded: hash >> 32), number: UInt32(number + 1))
    }
  }
}
