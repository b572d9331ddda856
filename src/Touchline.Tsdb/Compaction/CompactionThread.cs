using Microsoft.Extensions.Logging;

namespace Touchline.Tsdb.Compaction;

/// <summary>
/// Runs the compactor beside everything else: a merge may take long, and blocks must be cut meanwhile. One thread, held to its share of
/// a core.
/// </summary>
internal sealed class CompactionThread(TsdbOptions options, TimeProvider time, Compactor compactor, ILogger logger) : IDisposable
{
    private readonly ClockedRun _runs = new("compaction", stop => compactor.Run(new WorkThrottle(options.CompactionShare, stop)), time, logger);

    /// <inheritdoc cref="ClockedRun.Failure"/>
    public string? Failure => _runs.Failure;

    public long Compactions => compactor.Compactions;

    public bool IsRunning => compactor.IsRunning;

    /// <inheritdoc cref="ClockedRun.Start"/>
    public void Start() => _runs.Start();

    public void Run() => _runs.Run();

    /// <summary>Writes blocks with deleted samples anew, as fast as it goes: somebody waits for it.</summary>
    public void CleanTombstones(CancellationToken cancellationToken) => _runs.Exclusively(stop =>
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop);
        compactor.CleanTombstones(new WorkThrottle(1, either.Token));
    });

    public void Dispose() => _runs.Dispose();
}
