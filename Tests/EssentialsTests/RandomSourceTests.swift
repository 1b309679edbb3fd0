import Essentials
import Testing

@Suite("RandomSource: one seed, one stream, everywhere")
struct RandomSourceTests {
  @Test("the stream of a seed never changes")
  func streamIsFixed() throws {
    // xoshiro256++ from the state (1, 2, 3, 4): the first numbers of the authors' reference program.
    var reference = try #require(RandomSource(words: [1, 2, 3, 4]))
    #expect(
      (0..<4).map { _ in reference.next() } == [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386])
  }

  @Test("uniform numbers fill [0, 1) evenly", arguments: [0, 1, 77] as [UInt64])
  func uniformMoments(seed: UInt64) {
    var random = RandomSource(seed: seed)
    let draws = (0..<100_000).map { _ in random.uniform() }
    #expect(draws.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(abs(draws.reduce(0, +) / 100_000 - 0.5) < 0.005, "seed \(seed)")
  }

  @Test("normal numbers have mean 0 and variance 1", arguments: [3, 4] as [UInt64])
  func normalMoments(seed: UInt64) {
    var random = RandomSource(seed: seed)
    let draws = (0..<100_000).map { _ in random.normal() }
    #expect(abs(draws.reduce(0, +) / 100_000) < 0.02, "seed \(seed)")
    #expect(abs(draws.reduce(0) { $0 + $1 * $1 } / 100_000 - 1) < 0.03, "seed \(seed)")
  }

  @Test("a permutation holds every number once and below() stays below")
  func permutations() {
    var random = RandomSource(seed: 5)
    #expect(random.permutation(1000).sorted() == Array(0..<1000))
    #expect(random.permutation(0).isEmpty)
    #expect((0..<10_000).allSatisfy { _ in (0..<7).contains(random.below(7)) })
  }

  @Test("saved words resume the stream exactly")
  func wordsResume() throws {
    var random = RandomSource(seed: 9)
    _ = random.normal()
    var resumed = try #require(RandomSource(words: random.words))
    #expect(resumed == random)
    #expect(resumed.next() == random.next())
    #expect(RandomSource(words: [0, 0, 0, 0]) == nil)
  }
}
