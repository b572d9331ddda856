using System.ComponentModel;
using System.Diagnostics;

namespace Touchline.Supervision;

/// <summary>
/// Keeps a child process running: starts it again when it ends, later each time that it ends early. The child never outlives this
/// process, whatever ends it. Thread-safe.
/// </summary>
internal sealed class SupervisedProcess : IAsyncDisposable
{
    /// <summary>
    /// Runs beside the child and kills it when its own input closes without a word, which the kernel does when this process dies, by
    /// SIGKILL too. PR_SET_PDEATHSIG would follow the thread that started the child, and threads of a pool come and go.
    /// </summary>
    private const string Guard = "exec 3<&0; (read -r _ <&3 || kill -KILL $$) >/dev/null 2>&1 & exec \"$@\" 3<&- </dev/null";

    /// <summary>Long enough for somebody to see that it was down at all.</summary>
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    /// <summary>A process that ran for so long is not taken for one that fails at start.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(60);

    /// <summary>How long a child may take to end when asked, within the five seconds that the whole server has.</summary>
    private static readonly TimeSpan GraceToEnd = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan GraceToRead = TimeSpan.FromMilliseconds(300);

    private readonly ProcessCommand _command;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RecentLines _lines = new(capacity: 40, maxLength: 500);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private volatile SupervisedState _state;

    public SupervisedProcess(string name, ProcessCommand command, TimeProvider time, ILogger logger)
    {
        (Name, _command, _time, _logger) = (name, command, time, logger);
        _state = new SupervisedState(SupervisedPhase.Starting, time.GetUtcNow(), null, 0, null, "");
        _loop = Task.Run(SuperviseAsync);
    }

    public string Name { get; }

    public SupervisedState State => _state;

    public IReadOnlyList<string> LastLines => _lines.Read();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task SuperviseAsync()
    {
        var delay = FirstDelay;
        for (var starts = 0; !_stopping.IsCancellationRequested; starts++)
        {
            _state = _state with { Restarts = starts };
            var started = _time.GetTimestamp();
            await RunOnceAsync();
            if (_stopping.IsCancellationRequested)
            {
                return;
            }
            delay = _time.GetElapsedTime(started) > Settled ? FirstDelay : delay;
            _logger.LogWarning("{Name} is down: {Problem}; it is started again in {Seconds} s", Name, _state.Problem, delay.TotalSeconds);
            try
            {
                await Task.Delay(delay, _time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }

    private async Task RunOnceAsync()
    {
        using var process = new Process { StartInfo = StartInfo(), EnableRaisingEvents = true };
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => exited.TrySetResult();
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            End($"it cannot be started: {e.Message}", null);
            return;
        }
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _state = _state with { Phase = SupervisedPhase.Running, Since = _time.GetUtcNow(), ProcessId = process.Id };
        _logger.LogInformation("{Name} is started with process id {ProcessId}", Name, process.Id);
        try
        {
            await exited.Task.WaitAsync(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process, exited.Task);
        }
        await ReadRestAsync(process);
        await DismissGuardAsync(process);
        End(Describe(process.ExitCode), process.ExitCode);
    }

    private void End(string problem, int? exitCode)
    {
        var now = _time.GetUtcNow();
        _state = _state with { Phase = SupervisedPhase.Down, Since = now, EndedAt = now, ProcessId = null, LastExitCode = exitCode, Problem = problem };
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = _command.WorkingDirectory,
        };
        foreach (var argument in (string[])["-c", Guard, Name, _command.FileName, .. _command.Arguments])
        {
            start.ArgumentList.Add(argument);
        }
        foreach (var (name, value) in _command.Environment)
        {
            start.Environment[name] = value;
        }
        return start;
    }

    private async Task EndAsync(Process process, Task exited)
    {
        Signals.Terminate(process.Id);
        if (await Task.WhenAny(exited, Task.Delay(GraceToEnd, _time)) != exited)
        {
            process.Kill(entireProcessTree: true);
            await exited;
        }
    }

    /// <summary>The last lines are often the telling ones. What the process itself started may hold its output open for ever, so not for long.</summary>
    private async Task ReadRestAsync(Process process)
    {
        using var patience = new CancellationTokenSource(GraceToRead, _time);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _logger.LogDebug("{Name} has ended, but its output is still open", Name);
        }
    }

    /// <summary>A line tells the guard that the child has ended by itself, so that it leaves that process id alone.</summary>
    private async Task DismissGuardAsync(Process process)
    {
        try
        {
            await process.StandardInput.WriteLineAsync("ended");
            process.StandardInput.Close();
        }
        catch (IOException e)
        {
            // The guard is gone already, as when a terminal's Ctrl-C reaches everything started from it.
            _logger.LogDebug(e, "The guard of {Name} has ended by itself", Name);
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _lines.Add(line);
        }
    }

    private static string Describe(int exitCode) => exitCode > 128
        ? $"it was ended by signal {exitCode - 128} (exit code {exitCode})"
        : $"it ended with exit code {exitCode}";
}
