using System.Collections;
using System.Runtime.InteropServices;
using System.Text;

namespace Touchline.Model;

/// <summary>
/// The identity of a series: labels sorted by name, names unique, no empty values. Immutable; equality is by content.
/// </summary>
public sealed class Labels : IEquatable<Labels>, IComparable<Labels>, IReadOnlyList<Label>
{
    private readonly Label[] _labels;
    private int _hash; // Made when it is first asked for, as many label sets are only shown; 0 until then.

    private Labels(Label[] sorted) => _labels = sorted;

    public static Labels Empty { get; } = new([]);

    public int Count => _labels.Length;

    public Label this[int index] => _labels[index];

    /// <summary>The value of the label, or the empty string where there is none, as PromQL sees it.</summary>
    public string this[string name]
    {
        get
        {
            foreach (ref readonly var label in _labels.AsSpan())
            {
                if (label.Name == name)
                {
                    return label.Value;
                }
            }
            return "";
        }
    }

    /// <summary>The metric name, or the empty string.</summary>
    public string MetricName => this[LabelNames.MetricName];

    public ReadOnlySpan<Label> Span => _labels;

    /// <summary>Makes a label set of labels in any order; empty values are left out.</summary>
    /// <exception cref="ArgumentException">A name is there twice.</exception>
    public static Labels Of(params ReadOnlySpan<Label> labels)
    {
        var copy = new Label[labels.Length];
        var count = 0;
        foreach (var label in labels)
        {
            if (label.Value.Length > 0)
            {
                copy[count++] = label;
            }
        }
        Array.Resize(ref copy, count);
        Array.Sort(copy);
        for (var i = 1; i < copy.Length; i++)
        {
            if (copy[i].Name == copy[i - 1].Name)
            {
                throw new ArgumentException($"label name \"{copy[i].Name}\" is there twice", nameof(labels));
            }
        }
        return copy.Length == 0 ? Empty : new Labels(copy);
    }

    /// <summary>Makes a label set of alternating names and values.</summary>
    public static Labels Of(params ReadOnlySpan<string> namesAndValues)
    {
        var labels = new Label[namesAndValues.Length / 2];
        for (var i = 0; i < labels.Length; i++)
        {
            labels[i] = new Label(namesAndValues[2 * i], namesAndValues[2 * i + 1]);
        }
        return Of(labels.AsSpan());
    }

    /// <summary>
    /// Takes ownership of an array that is already sorted by name, unique and free of empty values. For storage engines and
    /// parsers that have just made sure of it; the array must not be written to afterwards.
    /// </summary>
    public static Labels FromSorted(Label[] sorted) => sorted.Length == 0 ? Empty : new Labels(sorted);

    public bool Has(string name)
    {
        foreach (ref readonly var label in _labels.AsSpan())
        {
            if (label.Name == name)
            {
                return true;
            }
        }
        return false;
    }

    public bool Equals(Labels? other) =>
        other is not null && (ReferenceEquals(this, other) || (GetHashCode() == other.GetHashCode() && _labels.AsSpan().SequenceEqual(other._labels)));

    public override bool Equals(object? obj) => Equals(obj as Labels);

    /// <summary>A hash that is stable within the process only; never write it to disk.</summary>
    public override int GetHashCode()
    {
        if (_hash == 0)
        {
            var hash = new LabelsHash();
            foreach (ref readonly var label in _labels.AsSpan())
            {
                hash.Add(label.Name.GetHashCode(), label.Value.GetHashCode());
            }
            _hash = hash.Value; // Threads that come here at once write the same number.
        }
        return _hash;
    }

    /// <summary>Orders as Prometheus orders series: label by label, a prefix before what it is a prefix of.</summary>
    public int CompareTo(Labels? other)
    {
        if (other is null)
        {
            return 1;
        }
        var shared = Math.Min(_labels.Length, other._labels.Length);
        for (var i = 0; i < shared; i++)
        {
            var order = _labels[i].CompareTo(other._labels[i]);
            if (order != 0)
            {
                return order;
            }
        }
        return _labels.Length.CompareTo(other._labels.Length);
    }

    public ReadOnlySpan<Label>.Enumerator GetEnumerator() => Span.GetEnumerator();

    IEnumerator<Label> IEnumerable<Label>.GetEnumerator() => ((IEnumerable<Label>)_labels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _labels.GetEnumerator();

    /// <summary>The series in PromQL's notation: <c>name{a="b"}</c>, names that need it in quotes.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        var name = MetricName;
        var bareName = LabelNames.IsLegacyMetricName(name);
        if (bareName)
        {
            text.Append(name);
        }
        var written = 0;
        foreach (var label in _labels)
        {
            if (label.Name == LabelNames.MetricName && bareName)
            {
                continue;
            }
            text.Append(written++ == 0 ? "{" : ", ");
            if (label.Name == LabelNames.MetricName)
            {
                QuotedString.Append(text, label.Value);
                continue;
            }
            label.AppendTo(text);
        }
        if (written > 0)
        {
            text.Append('}');
        }
        else if (!bareName)
        {
            text.Append("{}");
        }
        return text.ToString();
    }

    internal static Labels FromList(List<Label> sorted) => FromSorted(CollectionsMarshal.AsSpan(sorted).ToArray());
}
