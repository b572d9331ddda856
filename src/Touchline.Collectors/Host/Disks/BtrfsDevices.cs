using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Asks mounted btrfs filesystems for their devices, by the ioctls of linux/btrfs.h: errors of devices stand in no file.</summary>
internal sealed partial class BtrfsDevices(HostOptions options)
{
    // Of linux/btrfs.h: the numbers hold the direction and the size of what is passed.
    private const uint FilesystemRequest = 0x8400941F;
    private const uint DeviceRequest = 0xD000941E;
    private const uint ErrorsRequest = 0xC4089434;
    private const int FilesystemBytes = 1024;
    private const int DeviceBytes = 4096;
    private const int ErrorsBytes = 1032;
    private const int PathOffset = DeviceBytes - 1024;
    private const int IdBytes = 16;
    private const ulong ErrorKinds = 5;

    // O_RDONLY and O_CLOEXEC.
    private const int OpenFlags = 0x80000;

    // Numbers of devices are given anew to each that is added: those of a much changed filesystem go far beyond their count.
    private const ulong MaxDeviceNumber = 4096;

    private readonly SysFiles _files = new();
    private readonly string _hostPath = Path.Combine(options.ProcPath, "1/mountinfo");
    private readonly string _ownPath = Path.Combine(options.ProcPath, "self/mountinfo");

    /// <summary>The devices of each filesystem, by its UUID without dashes. What refuses to answer is left out.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<BtrfsDevice>> Ask()
    {
        var answers = new Dictionary<string, IReadOnlyList<BtrfsDevice>>(StringComparer.Ordinal);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (device, mountPoint) in Mounts())
        {
            if (!asked.Contains(device) && TryAsk(Path.Join(options.RootFsPath.TrimEnd('/'), mountPoint), answers))
            {
                asked.Add(device);
            }
        }
        return answers;
    }

    private IEnumerable<(string Device, string MountPoint)> Mounts()
    {
        var path = File.Exists(_hostPath) ? _hostPath : _ownPath;
        foreach (var fields in (File.Exists(path) ? _files.Lines(path) : []).Select(line => line.Split(' ')))
        {
            // proc(5): id parent major:minor root mountpoint options [optional…] - type source super-options
            var separator = Array.IndexOf(fields, "-");
            if (separator > 5 && fields.Length > separator + 2 && fields[separator + 1] == "btrfs")
            {
                yield return (fields[separator + 2], fields[4].Replace("\\040", " ", StringComparison.Ordinal));
            }
        }
    }

    private static bool TryAsk(string path, Dictionary<string, IReadOnlyList<BtrfsDevice>> answers)
    {
        using var folder = Open(path, OpenFlags);
        var filesystem = new byte[FilesystemBytes];
        if (folder.IsInvalid || Call(folder, FilesystemRequest, filesystem) < 0)
        {
            return false;
        }
        var (highest, count) = (Number(filesystem, 0), Number(filesystem, 8));
        var devices = new List<BtrfsDevice>();
        for (ulong number = 0; number <= Math.Min(highest, MaxDeviceNumber) && (ulong)devices.Count < count; number++)
        {
            if (TryDevice(folder, number, out var device))
            {
                devices.Add(device);
            }
        }
        answers[Convert.ToHexStringLower(filesystem.AsSpan(16, IdBytes))] = devices;
        return true;
    }

    /// <summary>False where no device has this number.</summary>
    private static bool TryDevice(SafeFileHandle folder, ulong number, out BtrfsDevice device)
    {
        var facts = new byte[DeviceBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(facts, number);
        var errors = new byte[ErrorsBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(errors, number);
        BinaryPrimitives.WriteUInt64LittleEndian(errors.AsSpan(8), ErrorKinds);
        device = null!;
        if (Call(folder, DeviceRequest, facts) < 0 || Call(folder, ErrorsRequest, errors) < 0)
        {
            return false;
        }
        var path = facts.AsSpan(PathOffset);
        path = path[..Math.Max(0, path.IndexOf((byte)0))];
        device = new BtrfsDevice(
            Path.GetFileName(Encoding.UTF8.GetString(path)), new Guid(facts.AsSpan(8, IdBytes), bigEndian: true).ToString(), Number(facts, 32), Number(facts, 24),
            Number(errors, 24), Number(errors, 32), Number(errors, 40), Number(errors, 48), Number(errors, 56));
        return true;
    }

    private static ulong Number(byte[] from, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(from.AsSpan(offset));

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Call(SafeFileHandle file, nuint request, [In, Out] byte[] data);
}
