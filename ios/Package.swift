// swift-tools-version: 6.0
import PackageDescription

// The sources are links into `bindings/swift`, where they are generated and tested. On Apple's platforms the library comes as an XCFramework;
// on Linux it is linked from the folders of `LIBRARY_PATH`, and found again by those of `LD_LIBRARY_PATH`.
#if os(Linux)
let coreFFI = Target.systemLibrary(name: "CoreFFI", path: "Sources/CoreFFI")
#else
let coreFFI = Target.binaryTarget(name: "CoreFFI", path: "CoreFFI.xcframework")
#endif

let package = Package(
    name: "Turnstone",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [
        .library(name: "Core", targets: ["Core"])
    ],
    targets: [
        coreFFI,
        .target(name: "Core", dependencies: ["CoreFFI"]),
        .executableTarget(name: "quick-start", dependencies: ["Core"], path: "Examples/QuickStart"),
        .executableTarget(name: "tour", dependencies: ["Core"], path: "Examples/Tour"),
        .executableTarget(name: "cost", dependencies: ["Core"], path: "Examples/Cost"),
        .executableTarget(name: "writes", dependencies: ["Core"], path: "Examples/Writes"),
        .testTarget(name: "CoreTests", dependencies: ["Core"]),
    ],
    swiftLanguageModes: [.v6]
)
