using System.Diagnostics;

namespace Touchline.EndToEnd.Running;

/// <summary>The executable as it was built beside these tests, in the same configuration.</summary>
internal static class TouchlineProgram
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(60);

    public static string Path { get; } = Find();

    /// <summary>Runs it to its end and says how that was.</summary>
    public static Task<EndedRun> RunAsync(string folder, params string[] arguments) => RunBehindAsync([], folder, arguments);

    /// <summary>The same behind a command that changes what the program may do, such as setpriv.</summary>
    public static async Task<EndedRun> RunBehindAsync(string[] command, string folder, params string[] arguments)
    {
        using var process = Start(folder, [.. command, Path, .. arguments], out var output, out var errors);
        using var patience = new CancellationTokenSource(LongestRun);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"touchline {string.Join(' ', arguments)} did not end by itself:\n{output.Text}\n{errors.Text}");
        }
        return new EndedRun(process.ExitCode, output.All, errors.All);
    }

    public static Process Start(string folder, string[] commandLine, out OutputLines output, out OutputLines errors)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(commandLine[0], commandLine[1..])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        output = new OutputLines();
        errors = new OutputLines();
        process.OutputDataReceived += output.Add;
        process.ErrorDataReceived += errors.Add;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>From …/tests/Touchline.EndToEnd/bin/CONFIGURATION/FRAMEWORK to …/src/Touchline/bin/CONFIGURATION/FRAMEWORK.</summary>
    private static string Find()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar));
        var configuration = framework.Parent!;
        var root = configuration.Parent!.Parent!.Parent!.Parent!;
        var path = System.IO.Path.Combine(root.FullName, "src", "Touchline", "bin", configuration.Name, framework.Name, "touchline");
        return File.Exists(path) ? path : throw new FileNotFoundException("the executable is built along with these tests, but it is not there", path);
    }
}

/// <summary>A run that is over: its exit code and what it printed.</summary>
internal sealed record EndedRun(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    public string OutputText => string.Join('\n', Output);

    public string ErrorText => string.Join('\n', Errors);
}
