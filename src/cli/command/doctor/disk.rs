//! What the operating system says of a place, without writing to it.

use std::path::{Path, PathBuf};

/// Whether a file can be written, or made where there is none yet.
pub(super) fn writable(path: &Path) -> Result<(), String> {
    if path.exists() {
        if path.is_dir() {
            return Err("this is a folder".to_owned());
        }
        // Opened and closed: nothing is changed by that.
        return std::fs::File::options().append(true).open(path).map(drop).map_err(|error| error.to_string());
    }
    let folder = nearest(path);
    if !folder.is_dir() {
        return Err(format!("{} is no folder", folder.display()));
    }
    may_write(&folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// The nearest thing above a path that is there: what is missing between them can be made.
fn nearest(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.ancestors().skip(1).find(|folder| folder.exists()).unwrap_or(Path::new("/")).to_owned()
}

#[cfg(unix)]
fn may_write(folder: &Path) -> std::io::Result<()> {
    Ok(rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK)?)
}

/// Elsewhere only a try would tell, and nothing is written here.
#[cfg(not(unix))]
fn may_write(folder: &Path) -> std::io::Result<()> {
    std::fs::metadata(folder).map(drop)
}

/// Whether a process of this machine lives. Where that cannot be seen, it does.
pub(super) fn lives(pid: u32) -> bool {
    let processes = Path::new("/proc/self");
    !processes.exists() || processes.with_file_name(pid.to_string()).exists()
}

/// The kind of file system that a path lies on, or will lie on. Only Linux tells.
pub(super) fn file_system(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    let place = if path.exists() { std::path::absolute(path).ok()? } else { nearest(path) };
    of(&mounts, &std::fs::canonicalize(&place).unwrap_or(place))
}

/// The file system under a path by the text of `/proc/self/mountinfo` (proc(5)): of the mount points above it the
/// deepest, and of several on one point the last.
fn of(mounts: &str, path: &Path) -> Option<String> {
    let mounts = mounts.lines().filter_map(|line| {
        let (mount, system) = line.split_once(" - ")?;
        let point = PathBuf::from(unescaped(mount.split(' ').nth(4)?));
        let system = system.split(' ').next()?;
        path.starts_with(&point).then(|| (point.components().count(), system.to_owned()))
    });
    mounts.max_by_key(|(depth, _)| *depth).map(|(_, system)| system)
}

/// Space, tab, newline and backslash are written in octal there.
fn unescaped(point: &str) -> String {
    [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
        .into_iter()
        .fold(point.to_owned(), |point, (code, letter)| point.replace(code, letter))
}

/// Whether other machines may write to a file system of this kind.
pub(super) fn is_shared(system: &str) -> bool {
    const SHARED: [&str; 17] = [
        "nfs",
        "nfs4",
        "cifs",
        "smb2",
        "smb3",
        "smbfs",
        "ceph",
        "fuse.ceph",
        "glusterfs",
        "fuse.glusterfs",
        "fuse.sshfs",
        "fuse.s3fs",
        "lustre",
        "gpfs",
        "ocfs2",
        "gfs2",
        "afs",
    ];
    SHARED.contains(&system)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:28 / /proc rw,nosuid - proc proc rw
41 22 0:44 / /home rw,relatime shared:9 - nfs4 files:/home rw,vers=4.2
42 41 0:45 / /home/ops/local\\040disk rw,relatime - xfs /dev/vdb rw
43 22 0:46 / /home/ops/local\\040disk rw,relatime - btrfs /dev/vdc rw
";

    #[test]
    fn the_deepest_mount_point_counts_and_of_several_the_last() {
        for (path, system) in [
            ("/var/lib/journal.db", "ext4"),
            ("/homework/journal.db", "ext4"),
            ("/home/ops/journal.db", "nfs4"),
            ("/home/ops/local disk/journal.db", "btrfs"),
        ] {
            assert_eq!(of(MOUNTS, Path::new(path)).as_deref(), Some(system), "{path}");
        }
        assert!(is_shared("nfs4") && !is_shared("ext4"));
    }

    #[test]
    fn what_can_be_made_can_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(writable(&folder.path().join("a/b/journal.db")), Ok(()));
        let file = folder.path().join("file");
        std::fs::write(&file, "").expect("a file");
        assert_eq!(writable(&file), Ok(()));
        assert!(writable(&file.join("journal.db")).is_err_and(|why| why.ends_with("is no folder")));
        assert!(writable(folder.path()).is_err());
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing was made");
    }

    #[test]
    fn this_process_lives() {
        assert!(lives(std::process::id()));
        assert!(!Path::new("/proc/self").exists() || !lives(u32::MAX));
    }
}
