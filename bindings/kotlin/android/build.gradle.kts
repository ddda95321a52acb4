// The AAR: the sources of the jar beside it, and the library for each kind of device, which `cargo xtask package aar` puts into
// src/main/jniLibs before it calls this.
plugins {
    id("com.android.library") version "8.13.2"
    id("org.jetbrains.kotlin.android") version "2.2.21"
}

group = "uk.turnstone"
version = "0.1.0"

android {
    namespace = "uk.turnstone.core"
    compileSdk = 35
    defaultConfig {
        minSdk = 26
        consumerProguardFiles("consumer-rules.pro")
        ndk {
            abiFilters += listOf("arm64-v8a", "armeabi-v7a", "x86_64")
        }
    }
    sourceSets {
        getByName("main").java.srcDir("../src/main/kotlin")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    kotlinOptions {
        jvmTarget = "17"
    }
}

dependencies {
    api("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.11.0")
    // As an AAR it brings JNA's own library for each kind of device, aligned to pages of 16 KB.
    api("net.java.dev.jna:jna:5.19.1@aar")
}
