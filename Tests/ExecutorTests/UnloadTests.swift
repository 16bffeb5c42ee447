import Glibc
import KexecPlan
import Testing

@testable import Executor

@Suite struct UnloadTests {
    @Test(
        "kexec_file_load is asked first, and kexec_load only where there is no such call",
        arguments: [
            ([0], nil, .kexecFileLoad), ([EPERM], EPERM, .kexecFileLoad), ([EBUSY], EBUSY, .kexecFileLoad),
            ([ENOSYS, 0], nil, .kexecLoad), ([ENOSYS, EPERM], EPERM, .kexecLoad),
            ([ENOSYS, ENOSYS], ENOSYS, .kexecLoad),
        ] as [([Int32], Int32?, LoadMethod)])
    func calls(answers: [Int32], failure: Int32?, method: LoadMethod) throws {
        for type in KexecType.allCases {
            var asked: [String] = []
            func answer(_ call: String, _ kexec: KexecType) throws(LoadError) {
                #expect(kexec == type)
                asked.append(call)
                let code = answers[asked.count - 1]
                if code != 0 { throw LoadError(errno: code) }
            }
            let unload = Unload(
                byFile: { (type) throws(LoadError) in try answer("file", type) },
                bySegments: { (type) throws(LoadError) in try answer("segments", type) })
            do throws(UnloadError) {
                #expect(try unload.perform(type) == method)
                #expect(failure == nil)
            } catch {
                #expect(error == UnloadError(method: method, errno: failure ?? 0))
            }
            #expect(asked == (answers.count == 1 ? ["file"] : ["file", "segments"]))
        }
    }

    @Test func images() throws {
        let folder = try MachineFolder([
            "sys/kernel/kexec_loaded": "1\n", "sys/kernel/kexec_crash_size": "268435456\n",
            "proc/sys/kernel/random/boot_id": "3e4ddcb7-a6ff-43fb-a366-e82f5c7c3b87\n",
        ])
        let images = LoadedImages(root: folder.path)
        #expect(try images.loaded(.normal) == .known(true))
        #expect(try images.loaded(.crash) == .noKexec)
        #expect(images.crashMemory == 256 << 20)
        #expect(images.bootID == "3e4ddcb7-a6ff-43fb-a366-e82f5c7c3b87")
    }
}
