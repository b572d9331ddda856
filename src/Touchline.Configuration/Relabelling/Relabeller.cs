using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Touchline.Model;

namespace Touchline.Configuration.Relabelling;

/// <summary>Runs relabelling steps over a label set, with the semantics of Prometheus's model/relabel.</summary>
public static class Relabeller
{
    /// <summary>Edits the labels step by step; false where a step drops the target or series (the builder is then half edited).</summary>
    public static bool Apply(LabelsBuilder labels, IReadOnlyList<RelabelConfig> steps) => IndexOfDropping(labels, steps) < 0;

    /// <summary>As <see cref="Apply(LabelsBuilder, IReadOnlyList{RelabelConfig})"/>; answers with the index of the step that drops, -1 where none does.</summary>
    public static int IndexOfDropping(LabelsBuilder labels, IReadOnlyList<RelabelConfig> steps)
    {
        for (var index = 0; index < steps.Count; index++)
        {
            if (!Apply(labels, steps[index]))
            {
                return index;
            }
        }
        return -1;
    }

    private static bool Apply(LabelsBuilder labels, RelabelConfig step)
    {
        switch (step.Action)
        {
            case RelabelAction.Drop:
                return !step.Regex.IsMatch(SourceValue(labels, step));
            case RelabelAction.Keep:
                return step.Regex.IsMatch(SourceValue(labels, step));
            case RelabelAction.DropEqual:
                return labels.Get(step.TargetLabel) != SourceValue(labels, step);
            case RelabelAction.KeepEqual:
                return labels.Get(step.TargetLabel) == SourceValue(labels, step);
            case RelabelAction.Replace:
                Replace(labels, step);
                return true;
            case RelabelAction.Lowercase:
                labels.Set(step.TargetLabel, SourceValue(labels, step).ToLowerInvariant());
                return true;
            case RelabelAction.Uppercase:
                labels.Set(step.TargetLabel, SourceValue(labels, step).ToUpperInvariant());
                return true;
            case RelabelAction.HashMod:
                labels.Set(step.TargetLabel, HashMod(SourceValue(labels, step), step.Modulus));
                return true;
            case RelabelAction.LabelMap:
                MapNames(labels, step);
                return true;
            case RelabelAction.LabelDrop:
                labels.DeleteWhere(label => step.Regex.IsMatch(label.Name));
                return true;
            case RelabelAction.LabelKeep:
                labels.DeleteWhere(label => !step.Regex.IsMatch(label.Name));
                return true;
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step.Action, "unknown relabel action");
        }
    }

    private static string SourceValue(LabelsBuilder labels, RelabelConfig step) => step.SourceLabels.Count switch
    {
        0 => "",
        1 => labels.Get(step.SourceLabels[0]),
        _ => string.Join(step.Separator, step.SourceLabels.Select(labels.Get)),
    };

    private static void Replace(LabelsBuilder labels, RelabelConfig step)
    {
        var match = step.Regex.Match(SourceValue(labels, step));
        if (!match.Success)
        {
            return;
        }
        var target = RegexTemplate.Expand(step.TargetLabel, match);
        if (target.Length == 0)
        {
            return;
        }
        labels.Set(target, RegexTemplate.Expand(step.Replacement, match));
    }

    private static void MapNames(LabelsBuilder labels, RelabelConfig step)
    {
        // What is mapped is the set as it was before the step, so that a new name is not mapped again.
        foreach (var label in labels.Current.ToArray())
        {
            var match = step.Regex.Match(label.Name);
            if (match.Success && RegexTemplate.Expand(step.Replacement, match) is { Length: > 0 } name)
            {
                labels.Set(name, label.Value);
            }
        }
    }

    [SuppressMessage("Security", "CA5351", Justification = "Not a secret: Prometheus defines the action by MD5.")]
    private static string HashMod(string value, ulong modulus)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(Encoding.UTF8.GetBytes(value), hash);
        var low = BinaryPrimitives.ReadUInt64BigEndian(hash[8..]);
        return (low % modulus).ToString(CultureInfo.InvariantCulture);
    }
}
