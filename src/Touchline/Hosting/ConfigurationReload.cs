using Touchline.Configuration;
using Touchline.Options;
using Touchline.Probes;
using Touchline.Push.StatsD;
using Touchline.Tsdb;

namespace Touchline.Hosting;

/// <summary>Brings a changed configuration file into force.</summary>
internal sealed class ConfigurationReload(RunningConfiguration configuration, Collection collection, TsdbStore store, ServerOptions options, ProbeModules probes, StatsDReceiver statsD)
{
    public bool TryReload(out string error)
    {
        // Each file stands for itself: a mistake in one does not keep the other from being changed.
        var modules = probes.TryReload(out var mistake);
        var mappings = statsD.TryReload(out var mappingMistake);
        var main = TryReloadMain(out error);
        error = string.Join("; ", ((string[])[mistake, mappingMistake, error]).Where(text => text.Length > 0));
        return modules && mappings && main;
    }

    private bool TryReloadMain(out string error)
    {
        if (options.ConfigFile.Length > 0)
        {
            return configuration.TryReload(Apply, out error);
        }
        // There may still be a file of policies.
        if (!RetentionPolicies.TryRead(options, configuration.Current, out var policies, out error))
        {
            return false;
        }
        // As for the checks, which stand in a file too.
        try
        {
            collection.Apply(configuration.Current);
        }
        catch (InvalidOperationException e)
        {
            error = e.Message;
            return false;
        }
        store.SetRetentionPolicies(policies);
        return configuration.TryReload(Apply, out error);
    }

    private void Apply(PrometheusConfig config)
    {
        if (!RetentionPolicies.TryRead(options, config, out var policies, out var error))
        {
            throw new InvalidOperationException(error);
        }
        collection.Apply(config);
        store.SetRetentionPolicies(policies);
        var storage = StorageSettings.Of(options, config.Storage);
        store.OutOfOrderTimeWindowMs = storage.OutOfOrderTimeWindowMs;
        store.SeriesLimits = storage.SeriesLimits;
    }
}
