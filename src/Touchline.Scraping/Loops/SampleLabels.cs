using Touchline.Configuration;
using Touchline.Configuration.Relabelling;
using Touchline.Model;

namespace Touchline.Scraping.Loops;

/// <summary>Makes the labels to store of the labels that a target exposes: the target's own joined in, relabelled, checked. Not thread-safe.</summary>
internal sealed class SampleLabels(ScrapeConfig config, Labels targetLabels)
{
    private readonly LabelsBuilder _builder = new();
    private readonly List<Label> _conflicts = [];

    /// <summary>The labels to store; null where metric relabelling drops the series.</summary>
    /// <param name="exposed">Sorted by name, names unique; empty values included.</param>
    public Labels? Resolve(List<Label> exposed)
    {
        _builder.Reset(Labels.Empty);
        foreach (var label in exposed)
        {
            _builder.Set(label.Name, label.Value);
        }
        if (config.HonorLabels)
        {
            AddMissing(exposed);
        }
        else
        {
            Override();
        }
        return Relabeller.Apply(_builder, config.MetricRelabelConfigs) && _builder.Current.Count > 0 ? _builder.ToLabels() : null;
    }

    /// <summary>Why the labels cannot be stored, null where they can. It says that the exposition as a whole is not what it should be.</summary>
    public string? Check(Labels labels)
    {
        if (!labels.Has(LabelNames.MetricName))
        {
            return "missing metric name (__name__ label)";
        }
        return config.MetricNameValidation == NameValidation.Legacy && !IsLegacy(labels)
            ? $"invalid metric name or label names: {labels} has characters that metric_name_validation_scheme: legacy does not allow"
            : null;
    }

    /// <summary>The limit that the labels break and how, null where they break none.</summary>
    public string? BrokenLimit(Labels labels)
    {
        if (config.LabelLimit > 0 && labels.Count > config.LabelLimit)
        {
            return $"label_limit exceeded (metric: {Cut(labels.ToString())}, number of labels: {labels.Count}, limit: {config.LabelLimit})";
        }
        if (config.LabelNameLengthLimit <= 0 && config.LabelValueLengthLimit <= 0)
        {
            return null;
        }
        foreach (var (name, value) in labels)
        {
            var nameLength = System.Text.Encoding.UTF8.GetByteCount(name);
            if (config.LabelNameLengthLimit > 0 && nameLength > config.LabelNameLengthLimit)
            {
                return $"label_name_length_limit exceeded (metric: {Cut(labels.ToString())}, label name: {Cut(name)}, length: {nameLength}, limit: {config.LabelNameLengthLimit})";
            }
            var valueLength = System.Text.Encoding.UTF8.GetByteCount(value);
            if (config.LabelValueLengthLimit > 0 && valueLength > config.LabelValueLengthLimit)
            {
                return $"label_value_length_limit exceeded (metric: {Cut(labels.ToString())}, label name: {Cut(name)}, value: {QuotedString.Of(Cut(value))}, "
                    + $"length: {valueLength}, limit: {config.LabelValueLengthLimit})";
            }
        }
        return null;
    }

    private static bool IsLegacy(Labels labels)
    {
        foreach (var (name, value) in labels)
        {
            if (!LabelNames.IsLegacyLabelName(name) || (name == LabelNames.MetricName && !LabelNames.IsLegacyMetricName(value)))
            {
                return false;
            }
        }
        return true;
    }

    private static string Cut(string text) => text.Length > 50 ? text[..50] : text;

    /// <summary>honor_labels: what is exposed wins, and an exposed empty label keeps the target's away.</summary>
    private void AddMissing(List<Label> exposed)
    {
        foreach (var label in targetLabels)
        {
            if (!exposed.Exists(e => e.Name == label.Name))
            {
                _builder.Set(label.Name, label.Value);
            }
        }
    }

    private void Override()
    {
        _conflicts.Clear();
        foreach (var label in targetLabels)
        {
            if (_builder.Get(label.Name) is { Length: > 0 } value)
            {
                _conflicts.Add(new Label(label.Name, value));
            }
            _builder.Set(label.Name, label.Value);
        }
        // Shorter names first, so that job and exported_job get one exported_ more each and not the same name.
        _conflicts.Sort((a, b) => a.Name.Length.CompareTo(b.Name.Length));
        foreach (var (name, value) in _conflicts)
        {
            var free = LabelNames.ExportedPrefix + name;
            while (_builder.Get(free).Length > 0)
            {
                free = LabelNames.ExportedPrefix + free;
            }
            _builder.Set(free, value);
        }
    }
}
