using System.Diagnostics;
using System.Globalization;
using Touchline.Tsdb.CrashWriter;

namespace Touchline.Tsdb.Tests;

/// <summary>The writing process. Killed at the end of the test at the latest.</summary>
internal sealed class WriterProcess : IDisposable
{
    private readonly Process _process;
    private readonly Thread _reading;
    private readonly ManualResetEventSlim _first = new();
    private long _acknowledged = -1;

    public WriterProcess(string directory, long firstStep)
    {
        var program = Path.Combine(AppContext.BaseDirectory, typeof(WrittenSamples).Assembly.GetName().Name!);
        _process = Process.Start(new ProcessStartInfo(program, [directory, firstStep.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _reading = new Thread(ReadSteps);
        _reading.Start();
    }

    /// <summary>The last step whose commit the process has confirmed; -1 before the first.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    public int Id => _process.Id;

    public void WaitForFirst() => Assert.True(_first.Wait(TimeSpan.FromSeconds(30)), "the writer wrote nothing within 30 s");

    /// <summary>SIGKILL. Afterwards <see cref="Acknowledged"/> is all that it ever confirmed.</summary>
    public void Kill()
    {
        Assert.False(_process.HasExited, "the writer ended by itself");
        _process.Kill();
        _process.WaitForExit();
        _reading.Join();
    }

    /// <summary>Waits for an end that is expected, and answers what it complained about.</summary>
    public (int ExitCode, string Error) WaitForExit()
    {
        var error = _process.StandardError.ReadToEnd();
        _process.WaitForExit();
        return (_process.ExitCode, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.WaitForExit();
        _reading.Join();
        _process.Dispose();
        _first.Dispose();
    }

    private void ReadSteps()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            // The kill may have cut the last line short.
            if (long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step == _acknowledged + 1 || _acknowledged < 0)
            {
                Interlocked.Exchange(ref _acknowledged, long.Parse(line, CultureInfo.InvariantCulture));
                _first.Set();
            }
        }
    }
}
