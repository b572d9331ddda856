using Touchline.Configuration;
using Touchline.Options;

namespace Touchline.Hosting;

/// <summary>The configuration in force, and how the last try to change it went. Thread-safe; swapped whole.</summary>
internal sealed class RunningConfiguration
{
    private readonly Lock _reloading = new();
    private readonly ServerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RunningConfiguration> _logger;
    private volatile State _state;

    public RunningConfiguration(ServerOptions options, ConfigLoadResult initial, TimeProvider time, ILogger<RunningConfiguration> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _state = new State(initial.Config ?? new PrometheusConfig(), initial.Diagnostics, time.GetUtcNow(), "");
        LogFindings(initial.Diagnostics);
    }

    public PrometheusConfig Current => _state.Config;

    public IReadOnlyList<ConfigDiagnostic> Findings => _state.Findings;

    public DateTimeOffset LoadedAt => _state.LoadedAt;

    /// <summary>Why the last reload failed; empty where it did not.</summary>
    public string Error => _state.Error;

    /// <summary>Reads the file at start, when there is nothing yet to fall back to: bad parts are skipped unless strict.</summary>
    public static ConfigLoadResult LoadInitial(ServerOptions options)
    {
        if (options.ConfigFile.Length == 0)
        {
            return new ConfigLoadResult(new PrometheusConfig(), []);
        }
        var result = PrometheusConfigLoader.Load(options.ConfigFile, options.ConfigStrict);
        return options.ConfigStrict && result.HasErrors ? result with { Config = null } : result;
    }

    /// <summary>
    /// Reads the file again and hands it to <paramref name="apply"/>. A file with errors is refused as a whole, as leaving out a job that
    /// runs well so far would lose its data; the old configuration then goes on.
    /// </summary>
    public bool TryReload(Action<PrometheusConfig> apply, out string error)
    {
        lock (_reloading)
        {
            if (_options.ConfigFile.Length == 0)
            {
                error = "";
                _logger.LogInformation("There is no configuration file to load again");
                return true;
            }
            var result = PrometheusConfigLoader.Load(_options.ConfigFile, _options.ConfigStrict);
            LogFindings(result.Diagnostics);
            if (result.Config is null || result.HasErrors)
            {
                error = string.Join("; ", result.Diagnostics.Where(d => d.Severity == ConfigSeverity.Error));
                return Refuse(error);
            }
            if (!result.Config.Storage.IsReloadableFrom(Current.Storage))
            {
                _logger.LogWarning("The storage section has changed in what takes effect at the next start only");
            }
            try
            {
                apply(result.Config);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or ArgumentException or UnauthorizedAccessException)
            {
                error = e.Message;
                return Refuse(error);
            }
            _state = new State(result.Config, result.Diagnostics, _time.GetUtcNow(), "");
            _logger.LogInformation("Configuration loaded from {File}", _options.ConfigFile);
            error = "";
            return true;
        }
    }

    private bool Refuse(string error)
    {
        _state = _state with { Error = error };
        _logger.LogError("The configuration was not changed: {Error}", error);
        return false;
    }

    private void LogFindings(IReadOnlyList<ConfigDiagnostic> findings)
    {
        foreach (var finding in findings)
        {
            _logger.LogWarning("{Finding}", finding);
        }
    }

    private sealed record State(PrometheusConfig Config, IReadOnlyList<ConfigDiagnostic> Findings, DateTimeOffset LoadedAt, string Error);
}
