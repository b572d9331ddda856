using System.Text.Unicode;
using Touchline.Model;
using Touchline.RemoteWrite.Series;

namespace Touchline.RemoteWrite.Decoding;

/// <summary>Labels of a series that is not known yet, one by one in the order in which they were sent. Reused; not thread-safe.</summary>
internal sealed class LabelList(TextCache texts)
{
    private readonly List<Label> _labels = [];
    private string? _problem;
    private bool _sorted = true;

    public void Clear()
    {
        _labels.Clear();
        _problem = null;
        _sorted = true;
    }

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!Utf8.IsValid(name) || !Utf8.IsValid(value))
        {
            _problem ??= $"label {_labels.Count + 1} is not UTF-8";
        }
        if (value.IsEmpty)
        {
            return; // As good as not there.
        }
        var label = new Label(texts.Get(name), texts.Get(value));
        _sorted = _sorted && (_labels.Count == 0 || string.CompareOrdinal(_labels[^1].Name, label.Name) < 0);
        _labels.Add(label);
    }

    /// <summary>The label set; null with the reason where it is none.</summary>
    public Labels? ToLabels(out string problem)
    {
        problem = _problem ?? "";
        if (_problem is not null)
        {
            return null;
        }
        if (!_sorted)
        {
            _labels.Sort();
            for (var i = 1; i < _labels.Count; i++)
            {
                if (_labels[i].Name == _labels[i - 1].Name)
                {
                    problem = $"label name \"{_labels[i].Name}\" is there twice";
                    return null;
                }
            }
        }
        return Labels.FromSorted([.. _labels]);
    }
}
