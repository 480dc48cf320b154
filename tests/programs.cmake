# Programs that tests start: tests/programs/*.cpp.
add_executable(fake_trainer programs/fake_trainer.cpp)
target_link_libraries(fake_trainer PRIVATE hwnas_options nlohmann_json::nlohmann_json)
foreach(test test_devices test_predictors)
  if(TARGET ${test})
    add_dependencies(${test} fake_trainer)
  endif()
endforeach()
