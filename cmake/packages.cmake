# Every library that is not ours; docs/dependencies.md says why each is here.
find_package(nlohmann_json 3.11 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
# Its header alone: the library is loaded by the first command that needs it.
find_path(HWNAS_LIBPQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(TBB REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)

# libonnx-dev's own messages: Debian's LibTorch links the same library, and a
# second registration of them would abort the process.
find_library(HWNAS_ONNX_PROTO onnx_proto REQUIRED)
find_path(HWNAS_ONNX_INCLUDE onnx/onnx-ml.pb.h REQUIRED)
add_library(onnx_messages INTERFACE)
target_include_directories(onnx_messages SYSTEM INTERFACE ${HWNAS_ONNX_INCLUDE})
target_compile_definitions(onnx_messages INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)
target_link_libraries(onnx_messages INTERFACE ${HWNAS_ONNX_PROTO} protobuf::libprotobuf)
