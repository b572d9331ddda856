namespace Touchline.Model;

/// <summary>Edits a label set: set, delete, then <see cref="ToLabels"/>. Reusable through <see cref="Reset"/>; not thread-safe.</summary>
public sealed class LabelsBuilder
{
    private readonly List<Label> _labels = [];
    private Labels? _base;
    private bool _changed;

    public LabelsBuilder() => Reset(Labels.Empty);

    public LabelsBuilder(Labels labels) => Reset(labels);

    public IReadOnlyList<Label> Current => _labels;

    public LabelsBuilder Reset(Labels labels)
    {
        _labels.Clear();
        _labels.AddRange(labels.Span);
        _base = labels;
        _changed = false;
        return this;
    }

    /// <summary>The value as edited so far, or the empty string.</summary>
    public string Get(string name)
    {
        var index = IndexOf(name);
        return index >= 0 ? _labels[index].Value : "";
    }

    /// <summary>Sets the label; an empty value deletes it.</summary>
    public LabelsBuilder Set(string name, string value)
    {
        if (value.Length == 0)
        {
            return Delete(name);
        }
        var index = IndexOf(name);
        if (index >= 0)
        {
            if (_labels[index].Value != value)
            {
                _labels[index] = new Label(name, value);
                _changed = true;
            }
            return this;
        }
        _labels.Insert(~index, new Label(name, value));
        _changed = true;
        return this;
    }

    public LabelsBuilder Delete(string name)
    {
        var index = IndexOf(name);
        if (index >= 0)
        {
            _labels.RemoveAt(index);
            _changed = true;
        }
        return this;
    }

    /// <summary>Deletes every label for which the predicate holds.</summary>
    public LabelsBuilder DeleteWhere(Predicate<Label> predicate)
    {
        _changed |= _labels.RemoveAll(predicate) > 0;
        return this;
    }

    /// <summary>The edited label set; the one that the builder started from where nothing changed.</summary>
    public Labels ToLabels() => _changed || _base is null ? Labels.FromList(_labels) : _base;

    private int IndexOf(string name)
    {
        var low = 0;
        var high = _labels.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_labels[middle].Name, name);
            if (order == 0)
            {
                return middle;
            }
            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }
        return ~low;
    }
}
