using System.IO.Hashing;
using Microsoft.Extensions.Logging;
using Touchline.Configuration;

namespace Touchline.Push.StatsD;

/// <summary>
/// The file with mappings: read at start, when somebody asks for it, and when its content changes. One with mistakes is said with their places and
/// changes nothing. Thread-safe.
/// </summary>
internal sealed class StatsDMappings(StatsDRegistry registry, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private UInt128 _read;

    /// <summary>Puts what the file says in the place of what it said before.</summary>
    /// <param name="error">Every mistake; empty where there is none.</param>
    public bool TryLoad(out string error)
    {
        error = "";
        var path = registry.Options.MappingFile;
        if (path.Length == 0)
        {
            return true;
        }
        lock (_lock)
        {
            _read = Content() ?? default;
            var (mappings, findings) = StatsDMappingFile.Load(path);
            foreach (var finding in findings)
            {
                logger.Log(finding.Severity == ConfigSeverity.Error ? LogLevel.Error : LogLevel.Warning, "{Finding}", finding);
            }
            registry.Figures.CountMappingLoad(mappings is not null);
            if (mappings is null)
            {
                error = string.Join("; ", findings.Where(finding => finding.Severity == ConfigSeverity.Error));
                return false;
            }
            registry.Map(mappings);
            return true;
        }
    }

    /// <summary>Looks at the file until it is told to stop, and loads what is new. Whoever writes it may not be done yet: it must look the same twice.</summary>
    /// <param name="loaded">Told after each load that is good.</param>
    /// <param name="stop">Ends it.</param>
    public async Task WatchAsync(Action loaded, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        UInt128? before = null;
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                var now = Content();
                if (now is { } content && content == before && IsNew(content))
                {
                    Load(loaded);
                }
                before = now;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            logger.LogDebug("the mappings of StatsD are watched no longer");
        }
    }

    private void Load(Action loaded)
    {
        if (TryLoad(out _))
        {
            logger.LogInformation("Mappings of StatsD loaded from {File}, which has changed", registry.Options.MappingFile);
            loaded();
        }
        else
        {
            logger.LogError("The mappings of StatsD were not changed, as {File} has mistakes", registry.Options.MappingFile);
        }
    }

    private bool IsNew(UInt128 content)
    {
        lock (_lock)
        {
            return content != _read;
        }
    }

    /// <summary>What tells one content from another; null where there is none to be read.</summary>
    private UInt128? Content()
    {
        try
        {
            return XxHash128.HashToUInt128(PlainFile.ReadAllBytes(registry.Options.MappingFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is being replaced, or gone for good: what it said stands.
            return null;
        }
    }
}
