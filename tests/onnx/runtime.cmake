# The exported file against LibTorch, read by ONNX Runtime: needs the trainer.
if(HWNAS_TRAINER)
  add_executable(test_onnx_runtime onnx/runtime/logits_test.cpp)
  target_include_directories(test_onnx_runtime PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(test_onnx_runtime PRIVATE
    HWNAS_SOURCE_DIR="${PROJECT_SOURCE_DIR}" HWNAS_TRAINER_PROGRAM="$<TARGET_FILE:hwnas-trainer>")
  target_link_libraries(test_onnx_runtime PRIVATE hwnas_test_main hwnas_space hwnas_onnx)
  add_dependencies(test_onnx_runtime hwnas-trainer)
  catch_discover_tests(test_onnx_runtime TEST_PREFIX "onnx_runtime: "
    PROPERTIES SKIP_REGULAR_EXPRESSION "SKIPPED: " TIMEOUT 300)
endif()
