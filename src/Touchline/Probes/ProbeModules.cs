using Touchline.Configuration;
using Touchline.Configuration.Probes;
using Touchline.Options;

namespace Touchline.Probes;

/// <summary>The modules in force, of --probe.config.file or those that are built in. Thread-safe; swapped whole.</summary>
internal sealed class ProbeModules
{
    private readonly string _path;
    private readonly ILogger<ProbeModules> _logger;
    private volatile IReadOnlyDictionary<string, ProbeModuleConfig> _all = DefaultProbeModules.All;

    /// <summary>Reads the file; modules with mistakes are left out, as there is nothing yet to fall back to.</summary>
    public ProbeModules(ServerOptions options, ILogger<ProbeModules> logger)
    {
        (_path, _logger) = (options.ProbeConfigFile, logger);
        if (_path.Length == 0)
        {
            return;
        }
        var result = Load();
        _all = result.Modules ?? new Dictionary<string, ProbeModuleConfig>();
        if (result.Modules is null)
        {
            _logger.LogError("There are no probe modules until {File} is right and loaded again", _path);
        }
    }

    public bool TryGet(string name, out ProbeModuleConfig module) => _all.TryGetValue(name, out module!);

    /// <summary>Reads the file again; one with mistakes is refused as a whole, and the modules of before go on.</summary>
    public bool TryReload(out string error)
    {
        error = "";
        if (_path.Length == 0)
        {
            return true;
        }
        var result = Load();
        if (result.Modules is null || result.HasErrors)
        {
            error = string.Join("; ", result.Diagnostics.Where(finding => finding.Severity == ConfigSeverity.Error));
            _logger.LogError("The probe modules were not changed: {Error}", error);
            return false;
        }
        _all = result.Modules;
        _logger.LogInformation("Probe modules loaded from {File}", _path);
        return true;
    }

    private ProbeConfigResult Load()
    {
        var result = ProbeConfigLoader.Load(_path);
        foreach (var finding in result.Diagnostics)
        {
            _logger.LogWarning("{Finding}", finding);
        }
        return result;
    }
}
