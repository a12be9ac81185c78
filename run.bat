@echo off
rem Runs matchmaker with whatever follows: run.bat solve scenario.yaml --out plan
chcp 65001 >nul
if not exist "%~dp0.venv\Scripts\matchmaker.exe" call "%~dp0setup.bat"
if errorlevel 1 exit /b %errorlevel%
"%~dp0.venv\Scripts\matchmaker.exe" %*
exit /b %errorlevel%
