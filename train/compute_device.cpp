#include "train/compute_device.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <dlfcn.h>
#include <malloc.h>
#include <sys/resource.h>
#include <torch/version.h>

#include "core/error.h"
#include "train/kernels.h"
#include "train/process.h"

namespace hwnas::train {
namespace {

/// A function of the BLAS that happens to be loaded, if it is OpenBLAS.
template <class F>
F* blas_function(const char* name) {
    return reinterpret_cast<F*>(dlsym(RTLD_DEFAULT, name));
}

std::string blas_name() {
    const auto config = blas_function<char*()>("openblas_get_config");
    const auto core = blas_function<char*()>("openblas_get_corename");
    if (config == nullptr) return "unknown";
    return std::string(config()) + (core == nullptr ? "" : std::string(" (") + core() + ")");
}

/// What follows `label` in LibTorch's description of itself, up to the line's end.
std::string described(const std::string& label) {
    const std::string text = at::show_config();
    const auto start = text.find(label);
    if (start == std::string::npos) return "unknown";
    const auto first = start + label.size();
    return text.substr(first, text.find('\n', first) - first);
}

}  // namespace

at::Device compute_device(const std::string& name) {
    const auto fail = [&name](const std::string& expected, const std::string& advice) -> at::Device {
        throw InputError({"compute_device", expected, "\"" + name + "\"", advice});
    };
    if (name != "cpu" && name != "cuda" && !name.starts_with("cuda:"))
        return fail("\"cpu\", \"cuda\" or \"cuda:NUMBER\"", "");
    if (name == "cpu") return at::Device(at::kCPU);
    if (!at::hasCUDA())
        return fail("a device that this LibTorch can use",
                    "build with a LibTorch that has CUDA (CMAKE_PREFIX_PATH), or use \"cpu\"");
    const int count = at::detail::getCUDAHooks().getNumGPUs();
    std::size_t used = 0;
    int index = 0;
    if (name != "cuda") {
        const std::string number = name.substr(5);
        try {
            index = std::stoi(number, &used);
        } catch (const std::exception&) {
            used = 0;
        }
        if (used == 0 || used != number.size()) return fail("a number behind \"cuda:\"", "");
    }
    if (index < 0 || index >= count)
        return fail("one of the " + std::to_string(count) + " CUDA devices of this machine", "");
    at::globalContext().lazyInitCUDA();
    return {at::kCUDA, static_cast<at::DeviceIndex>(index)};
}

void synchronise(const at::Device& device) {
    if (device.is_cuda()) at::detail::getCUDAHooks().deviceSynchronize(device.index());
}

void use_threads(std::int64_t threads) {
    at::set_num_threads(static_cast<int>(threads));
    if (const auto set = blas_function<void(int)>("openblas_set_num_threads")) set(static_cast<int>(threads));
    at::globalContext().setFlushDenormal(true);
}

void prepare_process() {
    at::set_num_interop_threads(1);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 0x7fffffff);
    mallopt(M_TOP_PAD, 64 << 20);
    use_threads(1);
}

Json engine_context() {
    return {{"engine", "libtorch"},
            {"version", TORCH_VERSION},
            {"blas", blas_name()},
            {"onednn", described("Intel(R) MKL-DNN ")},
            {"cpu_capability", described("CPU capability usage: ")},
            {"own_kernels", kernels::vector_units()},
            {"memory_format", "channels-last"},
            {"cuda", at::hasCUDA()}};
}

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace hwnas::train
