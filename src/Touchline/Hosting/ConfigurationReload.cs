using Touchline.Configuration;
using Touchline.Options;
using Touchline.Tsdb;

namespace Touchline.Hosting;

/// <summary>Brings a changed configuration file into force.</summary>
internal sealed class ConfigurationReload(RunningConfiguration configuration, Collection collection, TsdbStore store, ServerOptions options)
{
    public bool TryReload(out string error) => configuration.TryReload(Apply, out error);

    private void Apply(PrometheusConfig config)
    {
        collection.Apply(config);
        store.OutOfOrderTimeWindowMs = StorageSettings.Of(options, config.Storage).OutOfOrderTimeWindowMs;
    }
}
