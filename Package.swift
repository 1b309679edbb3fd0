// swift-tools-version: 6.1
import PackageDescription

/// Dependencies point one way: vnnlua -> Bindings -> {LuaHost, Messaging, Solvers, Verification, Pruning, Interchange},
/// Interchange -> Verification -> Embedding -> {Networks, MILP}, Pruning -> Networks -> Tensors, Solvers -> MILP; everything may use
/// Essentials.
/// Nothing numerical imports LuaHost, MILP names no solver, and only Bindings knows both worlds.
let package = Package(
  name: "vnnlua",
  products: [
    .executable(name: "vnnlua", targets: ["vnnlua"]), .executable(name: "vnncheck", targets: ["vnncheck"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    // Without its traits it does not need Foundation, which takes time to load.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
  ],
  targets: [
    // C libraries of the system.
    .systemLibrary(name: "CLua", pkgConfig: "lua5.4", providers: [.apt(["liblua5.4-dev"])]),
    .systemLibrary(name: "CGLPK", providers: [.apt(["libglpk-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CDigest", pkgConfig: "libmd", providers: [.apt(["libmd-dev"])]),
    .systemLibrary(name: "CReadline", providers: [.apt(["libreadline-dev"])]),
    .systemLibrary(name: "CYAJL", pkgConfig: "yajl", providers: [.apt(["libyajl-dev"])]),
    .systemLibrary(name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),

    // C of our own: what Swift cannot say (longjmp, dlopen tables, function multiversioning, #embed, system calls).
    .target(name: "CLuaBridge", dependencies: ["CLua"]),
    .target(name: "CGLPKGuard", dependencies: ["CGLPK"]),
    .target(name: "CHiGHS"),
    .target(name: "CSCIP"),
    .target(name: "CLibraries"),
    .target(name: "COpenBLAS", dependencies: ["CLibraries"]),
    .target(name: "CKernels"),
    .target(name: "CStdlib"),
    .target(name: "CWalls", dependencies: ["CSeccomp"]),
    .target(name: "CMemoryGuard"),
    .target(name: "CMessaging", dependencies: ["CLibraries"]),

    // The rooms, lowest first.
    .target(name: "Essentials", dependencies: ["CDigest", "CYAJL", "CZlib", "CWalls", "CStdlib"]),
    .target(name: "Tensors", dependencies: ["Essentials", "COpenBLAS", "CKernels", "CPNG"]),
    .target(name: "Networks", dependencies: ["Essentials", "Tensors", "CKernels"]),
    .target(name: "Pruning", dependencies: ["Essentials", "Networks"]),
    .target(name: "MILP", dependencies: ["Essentials"]),
    .target(name: "Solvers", dependencies: ["Essentials", "MILP", "CGLPK", "CGLPKGuard", "CHiGHS", "CSCIP"]),
    .target(name: "Embedding", dependencies: ["Essentials", "Networks", "MILP"]),
    .target(name: "Verification", dependencies: ["Essentials", "Networks", "MILP", "Embedding", "CKernels", "CGMP"]),
    .target(
      name: "Interchange",
      dependencies: [
        "Essentials", "Networks", "Verification", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["ONNX/Format/onnx.proto"]),
    .target(name: "LuaHost", dependencies: ["Essentials", "CLua", "CLuaBridge"]),
    .target(name: "Messaging", dependencies: ["Essentials", "CMessaging"]),
    .target(
      name: "Bindings",
      dependencies: [
        "Essentials", "LuaHost", "Messaging", "Solvers", "Embedding", "Verification", "Pruning", "Interchange",
      ]),
    .executableTarget(
      name: "vnnlua",
      dependencies: [
        "Bindings", "LuaHost", "Messaging", "CReadline", "CMemoryGuard",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // Results say by it which program gave them.
      linkerSettings: [.unsafeFlags(["-Xlinker", "--build-id"])]),

    // Checks certificates, and shares nothing with what writes them: not even a module of the system's libraries.
    .executableTarget(
      name: "vnncheck",
      linkerSettings: ["gmp", "z", "md", "yajl", "m"].map { .linkedLibrary($0) }),

    // One test target per room, and scripts and documented examples run end to end.
    .target(name: "TestSupport", dependencies: ["Essentials", "Networks", "CGMP"], path: "Tests/Support"),
    .testTarget(name: "EssentialsTests", dependencies: ["Essentials", "TestSupport"]),
    .testTarget(name: "MessagingTests", dependencies: ["Messaging", "TestSupport"]),
    .testTarget(name: "LuaHostTests", dependencies: ["LuaHost", "TestSupport"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"]),
    .testTarget(name: "NetworksTests", dependencies: ["Networks", "CKernels", "TestSupport"]),
    .testTarget(
      name: "InterchangeTests", dependencies: ["Interchange", "TestSupport"],
      exclude: ["export.py", "models.py", "onnx_cases.py", "operators.py", "random_graphs.py"]),
    .testTarget(name: "PruningTests", dependencies: ["Pruning", "TestSupport"]),
    .testTarget(name: "SolversTests", dependencies: ["Solvers", "CGLPK", "CGLPKGuard", "TestSupport"]),
    .testTarget(name: "EmbeddingTests", dependencies: ["Embedding", "Verification", "Solvers", "TestSupport"]),
    .testTarget(
      name: "VerificationTests", dependencies: ["Verification", "Solvers", "TestSupport"],
      exclude: [
        "Certificates/checker.py", "Certificates/hostile.py", "Certificates/lowered.py", "Certificates/proofs.lua",
        "Certificates/samples.py", "Certificates/test_certificates.py",
      ]),
    .testTarget(
      name: "ScriptTests", dependencies: ["Bindings", "TestSupport"],
      exclude: [
        "Specs", "Fuzz", "Sandbox/intruder.c", "Experiments/recompute.py", "Experiments/peer_statistics.py",
        "Notebooks/channels.py", "Notebooks/conformance.py", "Notebooks/debugger.py", "Notebooks/hostile.py",
        "Notebooks/kernel.py", "Notebooks/notebooks.py",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
